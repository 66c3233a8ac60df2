/**
 * Rules of a plan: whatever is done to messages and timers, the run is one and the same in one process and in several,
 * stepped by tables and by XState, made again from a snapshot, and from its trace.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { combineDigests, Engine, LocalRun, type Plan, type RunResult, runPlan, type ToldVerdict } from '@dragon/engine';
import { readFaultPlan } from '@dragon/fault-plan';
import { coordinate, MemoryHub, runFederate } from '@dragon/federation';
import { formatTraceDiff, kernelFinders, runLines, TraceComparison, type TraceLine } from '@dragon/report';
import { diffLineStreams, openTrace, TraceWriter } from '@dragon/report/io';
import { DEFINITIONS, INTERPRETED_DEFINITIONS, withRules } from '@dragon/scenarios';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { planOf } from '../simulation/simulate.ts';
import { planSmall, smallPressure } from '../simulation/small-worlds.ts';

const essence = ({ digest, events, endedAt, findings, log }: RunResult) => ({ digest, events, endedAt, findings, log });

function alone(plan: Plan, definitions = DEFINITIONS) {
  const { chaos, finders } = kernelFinders();
  const verdicts: ToldVerdict[] = [];
  const result = runPlan(plan, definitions, { finders, onVerdict: (verdict) => void verdicts.push(verdict) });
  return { run: essence(result), struck: (plan.rules ?? []).map(({ name }) => chaos.verdictsOf(name)), verdicts };
}

async function federated(plan: Plan, federates: number) {
  const hub = new MemoryHub({});
  const run = `test-${randomUUID()}`;
  const { chaos, finders } = kernelFinders();
  const hosting = Array.from({ length: federates }, (_, i) =>
    runFederate(hub.link(), { run, name: `f${i}`, definitions: DEFINITIONS }),
  );
  const verdicts: ToldVerdict[] = [];
  const onVerdict = (verdict: ToldVerdict) => void verdicts.push(verdict);
  const [result] = await Promise.all([
    coordinate(hub.link(), { finders, run, plan, federates, onVerdict }),
    ...hosting,
  ]);
  return { run: essence(result), struck: (plan.rules ?? []).map(({ name }) => chaos.verdictsOf(name)), verdicts };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function record(path: string, plan: Plan): Promise<void> {
  const writer = new TraceWriter(path, { heading: 'a run with rules', command: {} }, plan);
  const { row: onRow, verdict: onVerdict } = writer;
  const { events, digest, endedAt } = runPlan(plan, DEFINITIONS, {
    finders: kernelFinders().finders,
    onRow,
    onVerdict,
  });
  await writer.finish({ end: true, outcome: 'completed', events, digest, endedAt });
}

const linesOf = (plan: Plan): Iterable<TraceLine> =>
  runLines((outlets) => new LocalRun(plan, DEFINITIONS, { finders: kernelFinders().finders, ...outlets }));

/** Made again from what an engine saved after so many events. */
function digestAfterRestore(plan: Plan, events: number, end: number): string {
  const first = new Engine({ plan, definitions: DEFINITIONS });
  first.run(end, events);
  const snapshot = JSON.parse(JSON.stringify(first.save())) as ReturnType<Engine['save']>;
  const second = new Engine({ plan, definitions: DEFINITIONS, snapshot });
  second.run(end);
  return combineDigests(second.digests());
}

const PRESSURE = planSmall((cpus) => smallPressure(cpus, 500), { cpus: 2, seed: 4, until: 110_000_000 });
const DEADLOCK = planOf({ scenario: 'seed-deadlock', cpus: 2, seed: 1, until: 3_000_000_000 });

describe.each<[string, Plan, string]>([
  ['delay', PRESSURE, '{fate: delay, messages: all, by: 1us..2ms, probability: 5%}'],
  ['delay of timers', PRESSURE, '{fate: delay, timers: all, by: 1us..20ms, probability: 50%}'],
  ['hold', PRESSURE, '{fate: hold, messages: [ag.lock, task.pagesAllocated], release: 90ms, probability: 2%}'],
  ['reorder', PRESSURE, '{fate: reorder, messages: [kswapd.wake, inodegc.shrinkerHit], by: 1us..9ms}'],
  ['drop', PRESSURE, '{fate: drop, messages: [kswapd.wake, cpu.wake], from: [memory, hog, stream], probability: 30%}'],
  ['drop of timers', DEADLOCK, '{fate: drop, timers: [retry, jiffy], probability: 50%}'],
  ['duplicate', PRESSURE, '{fate: duplicate, messages: kswapd.wake, by: 1ms..3ms, probability: 0.5}'],
])('%s', (_, plan, rule) => {
  const ruled = withRules(plan, readFaultPlan(`rules: [${rule}]`).rules);
  const { run, struck, verdicts } = alone(ruled);

  test('strikes, and makes another run', () => {
    expect(struck[0]).toBeGreaterThan(0);
    expect(run.digest).not.toBe(alone(plan).run.digest);
  });

  test('by XState, from a snapshot', () => {
    expect(alone(ruled, INTERPRETED_DEFINITIONS)).toEqual({ run, struck, verdicts });
    expect(digestAfterRestore(ruled, Math.floor(run.events / 2), run.endedAt)).toBe(run.digest);
  });

  test.each([1, 2, 3])('by %d federates', async (federates) => {
    expect(await federated(ruled, federates)).toEqual({ run, struck, verdicts });
  });

  test('its trace has every verdict, and is made again line by line', async () => {
    expect(verdicts).toHaveLength(struck[0] ?? 0);
    const path = join(folder, `${randomUUID()}.trace`);
    await record(path, ruled);
    const trace = await openTrace(path);
    expect(trace.unknown).toEqual([]);
    const told = [];
    for await (const piece of trace.pieces()) told.push(...piece.verdicts);
    expect(told).toEqual(verdicts);
    expect(await diffLineStreams(trace.lines(), linesOf(ruled))).toEqual({ equal: true, rows: run.events });
    trace.close();
  });
});

test('a verdict that differs is the first difference, with what differs of it', () => {
  const { rules } = readFaultPlan('rules: [{name: late, fate: delay, messages: kswapd.wake, by: 1ms}]');
  const lines = [...linesOf(withRules(PRESSURE, rules))];
  const struck = lines.findIndex((line) => 'fate' in line);
  const tampered = lines.map((line, i) => (i === struck ? { ...line, by: 7_000 } : line));
  const comparison = new TraceComparison<TraceLine>({ context: 0 });
  for (let i = 0; comparison.next(lines[i], tampered[i]); i += 1);
  const text = formatTraceDiff(comparison.result(), { left: 'one', right: 'two', colour: false, width: 120 });
  expect(text).toContain(`The first difference is behind row ${struck}, in what a rule did.`);
  expect(text).toMatch(/^ {2}- 0\.\d+ {2}\S+ -> kswapd\/0 {2}kswapd\.wake {2}delayed by rule late \(1\.0 ms\)$/m);
  expect(text).toMatch(/^by: 1000000 \/ 7000$/m);
});

const LOST = `rules:
  - {name: lost, fate: drop, messages: cpu.wake, to: cpu/0, since: 100ms, probability: 30%}
  - {name: late, fate: delay, timers: [jiffy, retry], by: 1us..3ms, probability: 50%}
  - {name: overtaken, fate: reorder, messages: [kswapd.wake, inodegc.shrinkerHit], by: 1us..1ms}
  - {name: held, fate: hold, messages: ag.lock, release: 20ms}`;

test('a plan in a file: heading, --json, trace and replay have it', async () => {
  const [planFile, trace] = [join(folder, 'plan.yaml'), join(folder, 'run.trace')];
  writeFileSync(planFile, `faults: [stall-cpu cpu=1 at=10ms]\n${LOST}`);
  const words = ['run', 'seed-deadlock', '--until', '3s', '--plan', planFile];
  const [told, json] = [
    await dragonInProcess([...words, '--trace', trace]),
    await dragonInProcess([...words, '--json']),
  ];
  expect(told.err).toBe('');
  expect(told.out.replaceAll(/\s+/g, ' ')).toContain(`seed 1, plan ${planFile}, in one process`);
  expect(told.out).toMatch(/^ {2}lost +drop: [\d,]+ messages?$/m);
  const summary = JSON.parse(json.out) as { digest: string; rules: object[]; replay: string; faults: object[] };
  expect(told.out).toContain(summary.digest);
  expect(summary).toMatchObject({ planFile, faults: [{ name: 'stall-cpu-1' }] });
  const lost = { name: 'lost', rule: { fate: 'drop', messages: ['cpu.wake'], to: ['cpu/0'], since: '100ms' } };
  expect(summary.rules[0]).toMatchObject(lost);
  expect(summary.rules).toHaveLength(4);
  expect(summary.replay).toContain(`--plan ${planFile}`);
  const replayed = await dragonInProcess(['replay', trace]);
  expect([replayed.code, replayed.err]).toEqual([0, '']);
  expect(replayed.out).toContain(summary.digest);
});

test.each([
  [
    'rules: [{fate: drop, messages: kswapd.wake, from: kswap}]',
    64,
    /plan\.yaml: line 1, column 9: rule drop-kswapd\.wake: this run has no such agent: unknown agent 'kswap'; did you mean kswapd\?/,
  ],
  ['faults: [freeze at=1s, stall-cpu cpu=9 at=1s]', 64, /plan\.yaml: line 1, column 24: stall-cpu-9: stall-cpu fits/],
  [
    'rules: [{fate: drop, messages: ag.unlock}]',
    64,
    /plan\.yaml: line 1, column 32: ag\.unlock admits delay, hold and no drop/,
  ],
])('%s', async (text, code, complaint) => {
  const planFile = join(folder, 'plan.yaml');
  writeFileSync(planFile, text);
  const said = await dragonInProcess(['run', 'seed-deadlock', '--plan', planFile]);
  expect(said.code).toBe(code);
  expect(said.err).toMatch(complaint);
  expect(said.err.trimEnd().split('\n')).toHaveLength(2);
});

test('an agent without an answer is a finding, and no bug of the model', async () => {
  const planFile = join(folder, 'plan.yaml');
  const faults = "faults: ['message to=ag/0 type=ag.unlock buffer=AGI at=100ms']";
  writeFileSync(planFile, `${faults}\nrules: [{fate: delay, timers: jiffy, by: 1ms}]`);
  const { code, out, err } = await dragonInProcess(['run', 'seed-deadlock', '--plan', planFile]);
  expect([code, err]).toEqual([2, '']);
  expect(out).toContain('VIOLATED: ag/0 had no answer to ag.unlock.');
  expect(out).toContain('Outcome: violated, at 0.2');
});
