/** Traces: recorded, replayed, compared, damaged. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Json, type Plan, planDigest, type Row } from '@dragon/engine';
import { faultsOf } from '@dragon/kernel';
import type { TraceFooter, TraceHeader } from '@dragon/report';
import { openTrace, TraceWriter } from '@dragon/report/io';
import { readRun, requestRun } from '@dragon/scenarios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ndjsonTrace } from '../../../../test/golden/ndjson-trace.ts';
import { Recording } from '../run/recording.ts';
import { runHere } from '../run/run-here.ts';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';

/** Recorded by the last version of this program that wrote NDJSON. */
const VERSION_4 = fileURLToPath(new URL('./version-4.fixture.ndjson.gz', import.meta.url));

/** Two blocks of rows alone, and in the second of them records of a later program. */
const WITH_UNKNOWN_KIND = fileURLToPath(new URL('./with-unknown-kind.fixture.trace', import.meta.url));

let folder: string;
/** The trace `one.trace`, as NDJSON. */
let whole: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-traces-'));
  const runs = await Promise.all([
    dragon(['run', 'seed-deadlock', '--trace', file('one.trace')]),
    dragon(['run', 'seed-deadlock', '--trace', file('again.trace')]),
    dragon(['run', 'seed-deadlock', '--seed', '2', '--trace', file('two.trace')]),
  ]);
  expect(runs.map(({ code, err }) => [code, err])).toEqual([
    [2, ''],
    [2, ''],
    [2, ''],
  ]);
  expect(readdirSync(folder)).toEqual(['again.trace', 'one.trace', 'two.trace']);
  const { header, plan, rows, footer } = await contentOf(file('one.trace'));
  whole = ndjsonTrace(header, plan, rows, footer);
  writeFileSync(file('one.ndjson.gz'), gzipSync(whole));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns all that is in a trace. */
async function contentOf(path: string) {
  const trace = await openTrace(path);
  const rows: Row[] = [];
  for await (const row of trace.rows()) rows.push(row);
  trace.close();
  const { header, footer } = trace;
  if (footer === undefined) throw new Error('it was read to its end');
  return { header, plan: trace.plan as unknown as Plan, rows, footer };
}

type Content = Awaited<ReturnType<typeof contentOf>>;

/** Writes the trace of a run as it was not; returns its path. */
async function forged(name: string, alter: { row?: (row: Row, i: number) => Row; footer?: Partial<TraceFooter> }) {
  const { header, plan, rows, footer } = await contentOf(file('one.trace'));
  const writer = new TraceWriter(file(name), header, plan);
  for (const [i, row] of rows.entries()) writer.row(alter.row?.(row, i) ?? row);
  await writer.finish({ ...footer, ...alter.footer });
  return file(name);
}

/** Writes a trace as NDJSON whose lines are altered; returns its path. */
function altered(name: string, alter: (lines: string[]) => string[]): string {
  writeFileSync(
    file(name),
    alter(whole.trimEnd().split('\n'))
      .map((line) => `${line}\n`)
      .join(''),
  );
  return file(name);
}

test('the same run has the same bytes, and is the same in either form', async () => {
  expect(readFileSync(file('again.trace')).equals(readFileSync(file('one.trace')))).toBe(true);
  for (const other of ['again.trace', 'one.ndjson.gz']) {
    const { code, out } = await dragon(['diff', file('one.trace'), file(other)]);
    expect([code, out]).toEqual([0, `All ${whole.split('\n').length - 4} rows are equal\n`]);
  }
});

test('a fork says from which run it forks off, is made again with its fault, and differs first in that', async () => {
  const [fork, original] = [file('fork.trace'), file('one.trace')];
  const fault = 'stall-cpu cpu=0 for=10ms at=2.22s';
  expect((await dragon(['run', 'seed-deadlock', '--fault', fault, '--trace', fork])).code).toBe(2);
  const [{ header, plan }, parent] = (await Promise.all([fork, original].map(contentOf))) as [Content, Content];
  expect(header.fork).toEqual({
    parent: parent.header.plan,
    at: 2_220_000_000,
    events: parent.rows.filter(({ at }) => at < 2_220_000_000).length,
  });
  expect(parent.header.fork).toBeUndefined();
  expect(faultsOf(plan).map(({ name }) => name)).toEqual(['stall-cpu-0']);
  const replay = await dragon(['replay', fork]);
  expect([replay.code, replay.err]).toEqual([0, '']);
  const diff = await dragon(['diff', original, fork]);
  expect(diff.code).toBe(2);
  expect(diff.out).toContain('faults absent / ["stall-cpu cpu=0 for=10ms');
  expect(diff.out).toContain('cpu/0 <- faults/0#1  cpu.stall  [stalled]');
});

test('a trace whose fork says nothing is malformed', async () => {
  const { header, plan, rows, footer } = await contentOf(file('one.trace'));
  const fork = { parent: '', at: 1, events: 1 };
  const writer = new TraceWriter(file('bad-fork.trace'), { ...header, fork }, plan);
  for (const row of rows) writer.row(row);
  await writer.finish(footer);
  const { code, err } = await dragon(['replay', file('bad-fork.trace')]);
  expect(code).toBe(1);
  expect(err).toContain('"fork" must have the digest of a plan as "parent", and integers as "at" and "events"');
});

test.each(['one.trace', 'one.ndjson.gz'])('a replay of %s is equal row by row', async (name) => {
  const { code, out, err } = await dragon(['replay', file(name)]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^\S+:\sseed-deadlock,\sprofile\sv6\.1,\s4\sCPUs,\sseed\s1\nMade again: all \d+ rows are equal; outcome deadlock, digest \w{16}\n$/,
  );
});

test('a file of version 4 is read: compared, and made again as far as the model is still the same', async () => {
  const diff = await dragon(['diff', VERSION_4, VERSION_4]);
  expect([diff.code, diff.out, diff.err]).toEqual([0, 'All 658 rows are equal\n', '']);
  const replay = await dragon(['replay', VERSION_4]);
  expect(replay.err).toBe('');
  expect(replay.out).toMatch(
    /^\S+:\sseed-deadlock,\sprofile\sv6\.1,\s1\sCPU,\sseed\s1\n(?:Made again: all 658 rows are equal; |The first difference is at row )/,
  );
});

test('records that this program does not know are named, and left out', async () => {
  const { code, out, err } = await dragon(['diff', WITH_UNKNOWN_KIND, WITH_UNKNOWN_KIND]);
  expect([code, out]).toEqual([0, 'All 20 rows are equal\n']);
  expect(err).toMatch(/^(?:dragon: \S+\.trace has records that this program does not know: weather \(3\)\n){2}$/);
});

test('a tampered row is found, and nothing after it is compared', async () => {
  const path = await forged('tampered.trace', { row: (row, i) => (i === 98 ? { ...row, state: 'tampered' } : row) });
  const [replay, diff] = await Promise.all([dragon(['replay', path]), dragon(['diff', file('one.trace'), path])]);
  expect([replay.code, replay.err, diff.code, diff.err]).toEqual([2, '', 2, '']);
  expect(replay.out).toContain('The first difference is at row 99.');
  expect(replay.out).toMatch(/^state: "tampered" \/ "/m);
  expect(diff.out).toMatch(/^state: ".*" \/ "tampered"$/m);
});

test('a tampered end is found', async () => {
  const path = await forged('end.trace', { footer: { digest: '0' } });
  const [replay, diff] = await Promise.all([dragon(['replay', path]), dragon(['diff', path, file('one.trace')])]);
  for (const { code, out } of [replay, diff]) {
    expect(code).toBe(2);
    expect(out).toMatch(/rows are equal, but the ends differ: digest 0 \/ \w{16}\n$/);
  }
});

test('traces of different runs: what differs in the commands, then in the rows', async () => {
  const { code, out } = await dragon(['diff', file('one.trace'), file('two.trace')]);
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
  const recording = new Recording(file('alone.trace'), subject, plan);
  const { signal } = new AbortController();
  await recording.finish(await runHere(plan, { signal, ...recording.outlets }));
  recording.close();
  const { code, out, err } = await dragon(['replay', file('alone.trace')]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^\S+: a watchdog with nobody to watch\nMade again: all \d+ rows are equal; outcome completed/);
});

test('a plan that was edited, or is none, is refused in one line', async () => {
  const edited = altered('edited.ndjson', ([head = '', plan = '', ...rest]) => [
    head,
    plan.replace('"seed":1', '"seed":2'),
    ...rest,
  ]);
  const planned = (name: string, change: (plan: Plan) => Json) => altered(name, (lines) => withPlan(lines, change));
  const agentOf = (plan: Plan, change: object, at = 3) =>
    ({
      ...plan,
      agents: plan.agents.map((agent, i) => (i === at ? { ...agent, ...change } : agent)),
    }) as unknown as Json;
  const withUnicorn = (plan: Plan) =>
    ({ ...plan, agents: [...plan.agents, { id: 'unicorn', kind: 'unicorn', params: null }] }) as unknown as Json;
  const cases: readonly (readonly [path: string, message: RegExp])[] = [
    [
      edited,
      /is malformed in line 2: the digest of this plan is \w+, and the header says \w+: it was edited: record it/,
    ],
    [
      planned('until.ndjson', (plan) => ({ ...plan, until: '300s' }) as unknown as Json),
      /this plan cannot be run: until must be an integer from 0 on; it was made by/,
    ],
    [
      planned('fault.ndjson', (plan) => ({ ...plan, faults: [] }) as unknown as Json),
      /it has "faults", which nothing here knows/,
    ],
    [
      planned('pid.ndjson', (plan) => agentOf(plan, { task: { comm: 'x' } })),
      /: agents\.3\.task\.pid must be an integer;/,
    ],
    [planned('kind.ndjson', (plan) => withUnicorn(plan)), /there are no agents of kind 'unicorn'/],
    [planned('twin.ndjson', (plan) => agentOf(plan, { id: 'cpu/0' })), /two agents have the id cpu\/0/],
    [planned('null.ndjson', (plan) => agentOf(plan, { params: null }, 4)), /agent kswapd\/0 failed while it started/],
    [planned('empty.ndjson', () => ({})), /cannot be replayed: this plan cannot be run: /],
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
  writeFileSync(file('cut.trace'), readFileSync(file('one.trace')).subarray(0, -1));
  writeFileSync(file('stump.trace'), readFileSync(file('one.trace')).subarray(0, 100));
  writeFileSync(file('other.txt'), 'a shopping list\n');
  writeFileSync(file('other.gz'), gzipSync('a shopping list\n'));
  const cases = {
    'cut.ndjson': /is truncated after \d+ rows: .*: record it again with dragon run SCENARIO --trace FILE/,
    'cut.ndjson.gz': /is truncated after \d+ rows: .*: record it again/,
    'cut.trace': /is truncated after \d+ rows: it has no index: record it again/,
    'stump.trace': /is truncated after 0 rows: its header is not whole: record it again/,
    'other.gz': /is not a trace: its first line does not say .*: record one with dragon run SCENARIO --trace FILE/,
    'other.txt': /is not a trace: its first line does not say/,
    'missing.ndjson': /^dragon: \S+: there is no such file\n$/,
  };
  for (const [name, message] of Object.entries(cases)) {
    const [replay, diff] = await Promise.all([
      dragon(['replay', file(name)]),
      dragon(['diff', file('one.trace'), file(name)]),
    ]);
    for (const { code, err } of [replay, diff]) {
      expect([code, err.trimEnd().split('\n').length]).toEqual([1, 1]);
      expect(err).toMatch(message);
    }
  }
  const cut = await dragon(['diff', file('one.trace'), file('cut.trace')]);
  expect(cut.out).toBe('The rows before the cut are equal\n');
});

test('a name that says NDJSON is refused before anything is run', async () => {
  const { code, out, err } = await dragon(['run', 'seed-deadlock', '--trace', file('run.ndjson.gz')]);
  expect([code, out]).toEqual([64, '']);
  expect(err).toMatch(
    /^dragon: --trace: a trace is not NDJSON any more: give it another name than \S+, as run\.trace\n/,
  );
});

test('no name, as of a variable that is not set, is refused, too', async () => {
  const { code, out, err } = await dragon(['run', 'seed-deadlock', '--trace', '']);
  expect([code, out, err.split('\n')[0]]).toEqual([64, '', 'dragon: --trace: a file needs a name, as run.trace']);
});

test('a trace that cannot be written: nothing is run, nothing is left', async () => {
  const [nowhere, full] = await Promise.all([
    dragon(['run', 'seed-deadlock', '--trace', file('no/such/folder')]),
    dragon(['run', 'seed-deadlock', '--trace', '/dev/full']),
  ]);
  expect([nowhere.code, nowhere.out, full.code]).toEqual([74, '', 74]);
  expect(nowhere.err).toMatch(/^dragon: \S+ cannot be written: there is no such folder\n$/);
  expect(full.err).toBe('dragon: /dev/full cannot be written: no space is left on its device\n');
});
