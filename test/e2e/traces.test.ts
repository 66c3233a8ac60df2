/** A trace through real files and processes; what can be wrong with one is tested beside the command. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dragon, newFolder } from './dragon-process.ts';

test('a run is recorded, made again, and compared; many processes write the same bytes', {
  timeout: 60_000,
}, async () => {
  const folder = newFolder();
  const [one, two] = [join(folder, 'one.trace'), join(folder, 'two.trace')];
  const words = ['run', 'seed-deadlock', '--trace'];
  const runs = await Promise.all([dragon([...words, one]), dragon([...words, two, '--processes', '2'])]);
  expect(runs.map(({ code, err }) => [code, err])).toEqual([
    [2, ''],
    [2, ''],
  ]);
  expect(readdirSync(folder)).toEqual(['one.trace', 'two.trace']);
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  const [replay, diff] = await Promise.all([dragon(['replay', one]), dragon(['diff', one, two])]);
  expect([replay.code, replay.err, diff.code, diff.err]).toEqual([0, '', 0, '']);
  expect(replay.out).toMatch(/^Made again: all \d+ rows are equal; outcome deadlock, digest \w{16}$/m);
  expect(diff.out).toMatch(/^All \d+ rows are equal$/m);
  rmSync(folder, { recursive: true });
});
