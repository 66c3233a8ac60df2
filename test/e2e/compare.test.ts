/**
 * `dragon compare` in a process: the same bytes however many workers share the runs, and whoever stopped it in the
 * middle.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dragon, DragonProcess, newFolder } from './dragon-process.ts';

const TIMEOUT = { timeout: 240_000 };

const QUESTION = [
  'compare',
  'short-queue',
  '--seeds',
  '1..3',
  '--cpus',
  '1,2',
  '--until',
  '8s',
  '--sensitivity-seeds',
  '1',
];

const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);

/** What a slow machine prints every 10 s where there is no terminal. */
const withoutProgress = (err: string) =>
  err.replaceAll(/^\d+ of \d+ runs(?: {3}[\d.e+]+ runs\/s {3}about [\d.]+ (?:s|min|h) left)?\n/gm, '');

test('one worker, two workers, and a comparison that was interrupted twice give the same bytes', TIMEOUT, async () => {
  const folder = newFolder();
  const files = (name: string) => ({
    csv: join(folder, `${name}.csv`),
    html: join(folder, `${name}.html`),
    state: join(folder, `${name}.jsonl`),
  });
  const words = (name: string, jobs: string) => {
    const { csv, html, state } = files(name);
    return [...QUESTION, '--jobs', jobs, '--csv', csv, '--report', html, '--state', state];
  };
  const bytes = (name: string) => [files(name).csv, files(name).html].map((path) => readFileSync(path, 'utf8'));

  const one = await dragon(words('one', '1'));
  expect([one.code, withoutProgress(one.err)]).toEqual([0, '']);
  const two = await dragon(words('two', '2'));
  expect(two.code).toBe(0);
  expect(two.out.replaceAll('/two.', '/one.')).toBe(one.out);
  expect(bytes('two')).toEqual(bytes('one'));

  const { state } = files('cut');
  const cut = new DragonProcess(words('cut', '2'));
  while (linesOf(state) < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  cut.child.kill('SIGINT');
  const stopped = await cut.untilGone();
  expect(stopped.code).toBe(130);
  expect(withoutProgress(stopped.err)).toMatch(
    /^dragon: \d+ of \d+ runs are kept in \S+; the same command goes on from there\ndragon: stopped\n$/,
  );
  // And as a killed process would leave it.
  writeFileSync(state, readFileSync(state, 'utf8').slice(0, -30));
  const kept = linesOf(state) - 1;
  const resumed = await dragon(words('cut', '2'));
  expect(resumed.code).toBe(0);
  expect(resumed.err).toContain('dragon: 1 damaged line in ');
  expect(resumed.err).toContain(`dragon: ${kept} of `);
  expect(resumed.out.replaceAll('/cut.', '/one.')).toBe(one.out);
  expect(bytes('cut')).toEqual(bytes('one'));

  const again = await dragon([...QUESTION, '--state', state, '--json']);
  expect(withoutProgress(again.err)).toMatch(/^(?:dragon: .*\n)?dragon: (\d+) of \1 runs are done already \(.*\)\n$/);
  const { scenario, seeds, cells } = JSON.parse(again.out) as Record<string, unknown>;
  expect([scenario, seeds]).toEqual(['short-queue', '1..3']);
  expect(cells).toHaveLength(4);
  rmSync(folder, { recursive: true });
});
