/** Traces: recorded, replayed, compared, damaged. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';

let folder: string;
let whole: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-traces-'));
  const runs = await Promise.all([
    dragon(['run', 'seed-deadlock', '--trace', file('one.ndjson')]),
    dragon(['run', 'seed-deadlock', '--trace', file('one.ndjson.gz')]),
    dragon(['run', 'seed-deadlock', '--seed', '2', '--trace', file('two.ndjson')]),
  ]);
  expect(runs.map(({ code, err }) => [code, err])).toEqual([
    [2, ''],
    [2, ''],
    [2, ''],
  ]);
  expect(readdirSync(folder)).toEqual(['one.ndjson', 'one.ndjson.gz', 'two.ndjson']);
  whole = readFileSync(file('one.ndjson'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a trace whose lines are altered; returns its path. */
function altered(name: string, alter: (lines: string[]) => string[]): string {
  writeFileSync(
    file(name),
    alter(whole.trimEnd().split('\n'))
      .map((line) => `${line}\n`)
      .join(''),
  );
  return file(name);
}

test('compressed or not, it is the same trace', async () => {
  expect(gunzipSync(readFileSync(file('one.ndjson.gz'))).toString()).toBe(whole);
  const { code, out } = await dragon(['diff', file('one.ndjson'), file('one.ndjson.gz')]);
  expect([code, out]).toEqual([0, `All ${whole.split('\n').length - 3} rows are equal\n`]);
});

test('a replay is equal row by row', async () => {
  const { code, out, err } = await dragon(['replay', file('one.ndjson.gz')]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^\S+: seed-deadlock, profile v6\.1, 4 CPUs, seed 1\nMade again: all \d+ rows are equal; outcome deadlock, digest \w{16}\n$/,
  );
});

test('a tampered row is found, and nothing after it is compared', async () => {
  const path = altered('tampered.ndjson', (lines) =>
    lines.map((line, i) => (i === 100 ? line.replace(/"([^"]*)"\]$/, '"tampered"]') : line)),
  );
  const [replay, diff] = await Promise.all([dragon(['replay', path]), dragon(['diff', file('one.ndjson'), path])]);
  expect([replay.code, replay.err, diff.code, diff.err]).toEqual([2, '', 2, '']);
  expect(replay.out).toContain('The first difference is at row 100.');
  expect(replay.out).toMatch(/^state: "tampered" \/ "/m);
  expect(diff.out).toMatch(/^state: ".*" \/ "tampered"$/m);
});

test('a tampered end is found', async () => {
  const path = altered('end.ndjson', (lines) => [
    ...lines.slice(0, -1),
    (lines.at(-1) ?? '').replace(/"digest":"\w+"/, '"digest":"0"'),
  ]);
  const { code, out } = await dragon(['replay', path]);
  expect(code).toBe(2);
  expect(out).toMatch(/rows are equal, but the ends differ: digest 0 \/ \w{16}\n$/);
});

test('traces of different runs: what differs in the commands, then in the rows', async () => {
  const { code, out } = await dragon(['diff', file('one.ndjson'), file('two.ndjson')]);
  expect(code).toBe(2);
  expect(out).toMatch(
    /^They are of different runs: seed 1 \/ 2; plan \w+ \/ \w+\nThe first difference is at row \d+\.\n/,
  );
});

test('a trace of another model is not replayed', async () => {
  const seed = altered('seed.ndjson', ([head = '', ...rest]) => [head.replace('"seed":1', '"seed":2'), ...rest]);
  const name = altered('name.ndjson', ([head = '', ...rest]) => [head.replace('seed-deadlock', 'seed-lost'), ...rest]);
  const cpus = altered('cpus.ndjson', ([head = '', ...rest]) => [head.replace('"cpus":4', '"cpus":1000000'), ...rest]);
  const ended = await Promise.all([seed, name, cpus].map((path) => dragon(['replay', path])));
  expect(ended.map(({ code, out }) => [code, out])).toEqual([
    [1, ''],
    [1, ''],
    [1, ''],
  ]);
  expect(ended[0]?.err).toMatch(
    /^dragon: \S+ cannot be replayed: its plan is \w+, and the same command makes plan \w+ here; .*\n$/,
  );
  expect(ended[1]?.err).toMatch(/^dragon: \S+ cannot be replayed \(unknown scenario 'seed-lost'.*\n$/);
  expect(ended[2]?.err).toMatch(/^dragon: \S+ cannot be replayed \(--cpus 1000000: .*\n$/);
});

test('damaged files: one line each, and exit code 1', async () => {
  writeFileSync(file('cut.ndjson'), whole.slice(0, whole.length / 2));
  writeFileSync(file('cut.ndjson.gz'), readFileSync(file('one.ndjson.gz')).subarray(0, 2_000));
  writeFileSync(file('other.txt'), 'a shopping list\n');
  const cases = {
    'cut.ndjson': /is truncated after \d+ rows: .*: record it again with dragon run SCENARIO --trace FILE/,
    'cut.ndjson.gz': /is truncated after \d+ rows: .*: record it again/,
    'other.txt': /is not a trace: its first line does not say/,
    'missing.ndjson': /cannot be read: ENOENT: no such file or directory/,
  };
  for (const [name, message] of Object.entries(cases)) {
    const [replay, diff] = await Promise.all([
      dragon(['replay', file(name)]),
      dragon(['diff', file('one.ndjson'), file(name)]),
    ]);
    for (const { code, err } of [replay, diff]) {
      expect([code, err.trimEnd().split('\n').length]).toEqual([1, 1]);
      expect(err).toMatch(message);
    }
  }
});

test('a trace that cannot be written: nothing is run, nothing is left', async () => {
  const [nowhere, full] = await Promise.all([
    dragon(['run', 'seed-deadlock', '--trace', file('no/such/folder')]),
    dragon(['run', 'seed-deadlock', '--trace', '/dev/full']),
  ]);
  expect([nowhere.code, nowhere.out, full.code]).toEqual([1, '', 1]);
  expect(nowhere.err).toMatch(/^dragon: \S+ cannot be written: ENOENT: .*\n$/);
  expect(full.err).toBe('dragon: /dev/full cannot be written: ENOSPC: no space left on device\n');
});
