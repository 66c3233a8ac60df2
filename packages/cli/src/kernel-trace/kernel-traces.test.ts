/** Traces of a real kernel on the command line: imported, checked, fitted, refused. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readLatencyProfile } from '@dragon/scenarios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';

const EXCERPT = fileURLToPath(new URL('../../../ftrace/src/excerpt.fixture.txt', import.meta.url));

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-kernel-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('import tells what is in a trace', async () => {
  const { code, out, err } = await dragon(['import', 'ftrace', EXCERPT]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/\n940 events in .*1 CPU/);
  expect(out).toMatch(/\n {2}xfs_inodegc_queue +112\n/);
  expect(out).toContain('Malformed lines: 0\n');
  const json = JSON.parse((await dragon(['import', 'ftrace', EXCERPT, '--json'])).out) as { [key: string]: unknown };
  expect(json).toMatchObject({ file: EXCERPT, events: 940, malformed: [], counts: { malformed: 0 } });
});

test('conform agrees with the kernel', async () => {
  const { code, out, err } = await dragon(['conform', EXCERPT]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^Every number that was checked agrees with ours \(\d+\), or is explained \(\d+\)\.\n\n/);
  const json = JSON.parse((await dragon(['conform', EXCERPT, '--json'])).out) as {
    rules: { [key: string]: unknown }[];
  };
  expect(json).toMatchObject({ verdict: 'agrees', unread: 0, kernel: { by: 'inodegc' } });
  for (const rule of json.rules) expect(rule).toMatchObject({ disagreements: [], explanations: expect.any(Array) });
});

test('conform finds what a kernel of ours would not do', async () => {
  const changed = readFileSync(EXCERPT, 'utf8').replace('shrinker_hits 5', 'shrinker_hits 4');
  writeFileSync(file('changed.gz'), gzipSync(changed));
  const { code, out } = await dragon(['conform', file('changed.gz')]);
  expect(code).toBe(2);
  expect(out).toMatch(
    /^1 number of the kernel disagrees with ours: shrinker-hits \(line \d+\)\.\n[^]*\nshrinker-hits disagrees \(a run finds [^)]*\):\n {2}line \d+: shrinker_hits 4 on CPU 0; 5 kicks since the last run\n/,
  );
  const json = JSON.parse((await dragon(['conform', file('changed.gz'), '--json'])).out) as {
    rules: { name: string; disagreements: unknown[] }[];
  };
  expect(json.rules.filter(({ disagreements }) => disagreements.length > 0)).toMatchObject([
    { name: 'shrinker-hits', disagreements: [{ line: expect.any(Number), text: expect.any(String) }] },
  ]);
});

test('calibrate writes a profile that can be read, whole', async () => {
  const { code, out, err } = await dragon(['calibrate', EXCERPT, '-o', file('profile.json')]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`Profile: ${file('profile.json')}\n`);
  const profile = readLatencyProfile(readFileSync(file('profile.json'), 'utf8'));
  expect(profile.source).toEqual({ file: 'excerpt.fixture.txt' });
  expect(Object.keys(profile.delays)).toEqual(expect.arrayContaining(['transAlloc', 'truncate', 'ifree']));
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
});

test('what is no trace is refused in one line', async () => {
  writeFileSync(file('no-trace'), 'hello\n');
  for (const words of [['import', 'ftrace'], ['conform'], ['calibrate']]) {
    const { code, out, err } = await dragon([...words, file('no-trace')]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(`dragon: ${file('no-trace')} is not a text of ftrace: no line of it is an event\n`);
    expect(await dragon([...words, file('missing')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such file'),
    });
    expect(await dragon(words)).toMatchObject({ code: 64 });
  }
  expect(await dragon(['import', 'perf', EXCERPT])).toMatchObject({
    code: 64,
    err: expect.stringContaining('unknown format'),
  });
  writeFileSync(file('marks'), '  a-1  [000] .....  1.000000: tracing_mark_write: x\n');
  expect(await dragon(['calibrate', file('marks')])).toMatchObject({
    code: 1,
    err: expect.stringContaining('shows too little'),
  });
});
