/** Traces: recorded, replayed, compared, damaged. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Json, type Plan, planDigest } from '@dragon/engine';
import type { TraceHeader } from '@dragon/report';
import { readRun, requestRun } from '@dragon/scenarios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Recording } from '../run/recording.ts';
import { runHere } from '../run/run-here.ts';
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
  expect([code, out]).toEqual([0, `All ${whole.split('\n').length - 4} rows are equal\n`]);
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
  expect(replay.out).toContain('The first difference is at row 99.');
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

/** Returns the lines with another plan, and what its digest is in the header. */
function withPlan([head = '', plan = '', ...rest]: string[], change: (plan: Plan) => Json): string[] {
  const other = change(JSON.parse(plan) as Plan);
  const header = JSON.parse(head) as TraceHeader;
  return [JSON.stringify({ ...header, plan: planDigest(other as unknown as Plan) }), JSON.stringify(other), ...rest];
}

test('a scenario that does not exist any more is replayed from its plan', async () => {
  const path = altered('name.ndjson', ([head = '', ...rest]) => [
    head.replaceAll('seed-deadlock', 'seed-lost').replace('"cpus":4', '"cpus":1000000'),
    ...rest,
  ]);
  const { code, out, err } = await dragon(['replay', path]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^\S+: seed-lost, .*\nMade again: all \d+ rows are equal; outcome deadlock, digest \w{16}\n$/);
});

test('a plan that no scenario makes is replayed from its trace', async () => {
  const { plan: usual } = requestRun(readRun({ scenario: 'seed-deadlock' }));
  const watchdog = { id: 'watchdog', kind: 'watchdog', params: { tasks: [], release: 'of no kernel' } };
  const plan: Plan = { ...usual(), agents: [watchdog], until: 250_000_000_000 };
  const subject = { heading: 'a watchdog with nobody to watch', command: { made: 'by hand' } };
  const recording = new Recording(file('alone.ndjson'), subject, plan);
  const { signal } = new AbortController();
  recording.finish(await runHere(plan, { signal, onRow: recording.row }));
  recording.close();
  const { code, out, err } = await dragon(['replay', file('alone.ndjson')]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^\S+: a watchdog with nobody to watch\nMade again: all \d+ rows are equal; outcome completed/);
});

test('a plan that was edited, or is none, is refused in one line', async () => {
  const edited = altered('edited.ndjson', ([head = '', plan = '', ...rest]) => [
    head,
    plan.replace('"seed":1', '"seed":2'),
    ...rest,
  ]);
  const forged = (name: string, change: (plan: Plan) => Json) => altered(name, (lines) => withPlan(lines, change));
  const agentOf = (plan: Plan, change: object, at = 3) =>
    ({
      ...plan,
      agents: plan.agents.map((agent, i) => (i === at ? { ...agent, ...change } : agent)),
    }) as unknown as Json;
  const cases: readonly (readonly [path: string, message: RegExp])[] = [
    [
      edited,
      /is malformed in line 2: the digest of this plan is \w+, and the header says \w+: it was edited: record it/,
    ],
    [forged('until.ndjson', (plan) => ({ ...plan, until: '300s' }) as unknown as Json), /\(until: .*expected number/],
    [forged('fault.ndjson', (plan) => ({ ...plan, faults: [] }) as unknown as Json), /Unrecognized key: "faults"/],
    [forged('pid.ndjson', (plan) => agentOf(plan, { task: { comm: 'x' } })), /\(agents: 3: task: pid: /],
    [forged('kind.ndjson', (plan) => agentOf(plan, { kind: 'unicorn' })), /there are no agents of kind 'unicorn'/],
    [forged('twin.ndjson', (plan) => agentOf(plan, { id: 'cpu/0' })), /its plan has two agents cpu\/0/],
    [forged('null.ndjson', (plan) => agentOf(plan, { params: null }, 4)), /agent kswapd\/0 failed while it started/],
    [forged('empty.ndjson', () => ({})), /its plan does not fit \(/],
  ];
  for (const [path, message] of cases) {
    const { code, err } = await dragon(['replay', path]);
    expect(err).toMatch(message);
    expect([code, err.trimEnd().split('\n').length]).toEqual([1, 1]);
  }
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
