/**
 * Runs with faults: a fork has the events of the original up to its first fault, each kind of fault does what it stands
 * for, and a fork is the same run wherever it is taken up again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentFault, Engine, kindOf, LocalRun, type Plan, type Row } from '@dragon/engine';
import { FAULT_KIND_NAMES, FAULTS, faultsOf, readFault, type RunQueue } from '@dragon/kernel';
import { DEFINITIONS, refusedMessage } from '@dragon/scenarios';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { EVERY_FAULT } from './every-fault.ts';
import { planOf, simulate } from './simulate.ts';

const MILLISECOND = 1_000_000;
const SECOND = 1_000 * MILLISECOND;

const SEED = { scenario: 'seed-deadlock', cpus: 4, until: 3 * SECOND };

/** The events alone: the row's place among all is another when there are more. */
const event = ({ at, to, from, seq, message, state }: Row) => ({ at, to, from, seq, message, state });

function rowsOf(plan: Plan): Row[] {
  const rows: Row[] = [];
  const run = new LocalRun(plan, DEFINITIONS, { finders: [], onRow: (row) => rows.push(row) });
  while (run.advance(1_024));
  return rows;
}

/** Of the page allocator's state what is looked at here. */
interface NodeOfMemory {
  readonly freePages: number;
  readonly marks: { readonly min: number };
  readonly takenOut: readonly unknown[];
  readonly kswapdWaits: boolean;
}

const original = simulate(SEED);

describe.each([
  ['stall-cpu cpu=0 for=3s at=100ms'],
  ['unplug-cpu cpu=1 at=100ms'],
  ['freeze at=60ms'],
  ['slow-ag ag=0 for=1s at=100ms'],
  ['slow-disk factor=2 at=100ms'],
  ['take-pages pages=100000 for=50ms at=100ms'],
  ['kill-task task=allocator/0 at=219ms'],
  ['fail-page-alloc probability=50 times=-1 at=100ms'],
  ['fail-nth task=allocator/0 nth=3 at=100ms'],
  ['alloc-storm tasks=2 pages=500 for=50ms at=100ms'],
  ['drop-caches at=100ms'],
  ['delay by=1us up-to=1ms probability=30 at=100ms'],
  ['drop what=cpu.wake to=cpu/1 probability=30 for=2s at=100ms'],
  ['message to=inodegc/0 type=inodegc.shrinkerHit at=100ms'],
])('%s', (fault) => {
  const plan = planOf({ ...SEED, faults: [fault] });
  const at = faultsOf(plan)[0]?.at ?? 0;
  const fork = rowsOf(plan);

  test('has the events of the original up to the fault, but for those of the agent that strikes', () => {
    const before = (rows: readonly Row[]) => rows.filter((row) => row.at < at && row.to !== FAULTS).map(event);
    expect(before(original.rows).length).toBeGreaterThan(10);
    expect(before(fork)).toEqual(before(original.rows));
  });

  test('is another run after it', () => {
    const after = (rows: readonly Row[]) => rows.filter((row) => row.at >= at && row.to !== FAULTS).map(event);
    expect(after(fork)).not.toEqual(after(original.rows));
  });

  test('goes on from a snapshot as if it had not stopped', () => {
    const engine = new Engine({ plan, definitions: DEFINITIONS });
    engine.run(at + MILLISECOND);
    const again = new Engine({ plan, definitions: DEFINITIONS, snapshot: JSON.parse(JSON.stringify(engine.save())) });
    for (const each of [engine, again]) each.run(plan.until);
    expect(again.digests()).toEqual(engine.digests());
  });
});

test('one fault of each kind is in the list of every fault', () => {
  expect(EVERY_FAULT.map((fault) => readFault(fault).kind).toSorted()).toEqual(FAULT_KIND_NAMES.toSorted());
});

test('a run with a fault of each kind is made again from its trace', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dragon-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'every-fault.trace');
  const faults = EVERY_FAULT.flatMap((fault) => ['--fault', fault]);
  const run = await dragonInProcess(['run', 'seed-deadlock', ...faults, '--until', '1500ms', '--trace', path]);
  expect(run.code).toBe(0);
  const replay = await dragonInProcess(['replay', path]);
  expect([replay.code, replay.err]).toEqual([0, '']);
});

test('on a CPU that is stalled nothing goes on, and what waited for it comes after', () => {
  const plan = planOf({ ...SEED, faults: ['stall-cpu cpu=0 for=100ms at=200ms'] });
  const onCpu0 = new Set(
    plan.agents.flatMap(({ id, task, params }) => {
      const { cpu, cpus = [cpu] } = params as { cpu?: number; cpus?: readonly number[] };
      return task !== undefined && cpus.length === 1 && cpus[0] === 0 ? [id] : [];
    }),
  );
  const [from, to] = [200 * MILLISECOND, 300 * MILLISECOND];
  // A message to the thread on the CPU may be on its way.
  const told = rowsOf(plan).filter(({ at }) => at >= from + 2_000 && at < to);
  const ran = told.filter(({ to: agent, state }) => onCpu0.has(agent) && !state.endsWith('offCpu'));
  expect(ran.map(event)).toEqual([]);
  expect(told.some(({ to: agent }) => onCpu0.has(agent))).toBe(true);
  const resumed = rowsOf(plan).filter(({ to: agent, at }) => agent === 'cpu/0' && at === to);
  expect(resumed.map(({ message }) => message.type)).toContain('cpu.resume');
});

test('a thread whose CPU is stalled in the midst of its work needs as much longer', () => {
  // One thread that computes, and nobody else.
  const options = { scenario: 'unlink-storm', cpus: 2, until: 42 * MILLISECOND };
  const at = 22 * MILLISECOND;
  const engine = new Engine({ plan: planOf(options), definitions: DEFINITIONS });
  engine.run(at);
  const currOf = (cpu: number) =>
    (engine.inspect(`cpu/${cpu}`) as unknown as { context: { runQueue: RunQueue } }).context.runQueue.curr?.thread;
  const cpu = [0, 1].find((each) => currOf(each) !== undefined) ?? 0;
  const running = currOf(cpu);
  expect(running).toBeDefined();
  const next = (rows: readonly Row[]) =>
    rows.find((row) => row.at >= at && row.to === running && row.message.type === 'timer')?.at ?? 0;
  const stalled = rowsOf(planOf({ ...options, faults: [`stall-cpu cpu=${cpu} for=5ms at=22ms`] }));
  const longer = next(stalled) - next(rowsOf(planOf(options)));
  expect(longer).toBe(5 * MILLISECOND);
});

test('a file system that is frozen inactivates nothing until it thaws', () => {
  const { rows } = simulate({ ...SEED, keepGoing: true, faults: ['freeze at=5ms for=1s'] });
  const runs = rows
    .filter(({ to, state }) => to.startsWith('inodegc/') && state.includes('worker.starting'))
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
  expect(runs.filter((at) => at > 5 * MILLISECOND && at < 1_005 * MILLISECOND)).toEqual([]);
  expect(runs.some((at) => at > 1_005 * MILLISECOND)).toBe(true);
});

test('a freeze waits for a transaction that is open, here of a repair', () => {
  const { rows } = simulate({ ...SEED, keepGoing: true, faults: ['freeze at=40ms for=1s'] });
  const at = (agent: string, reached: string) =>
    rows.find(({ to, state }) => to === agent && state.startsWith(reached))?.at ?? 0;
  expect(at('freezer/0', 'waitingForTransactions')).toBeLessThan(41 * MILLISECOND);
  expect(at('freezer/0', 'frozen')).toBeGreaterThan(at('repair/0', 'done'));
});

test('a disk that is ten times slower for a second takes nine seconds of a tenth: the deadlock comes 0.9 s later', () => {
  const foundAt = (faults: readonly string[]) => simulate({ ...SEED, until: 5 * SECOND, faults }).result.foundAt ?? 0;
  expect(foundAt(['slow-ag ag=0 factor=10 for=1s at=100ms']) - foundAt([])).toBe(900 * MILLISECOND);
});

test('pages that are taken are missing, down to min, and kswapd is woken; given back, they are free again', () => {
  const at = (ms: number) => {
    const engine = new Engine({ plan: planOf({ ...SEED, faults: [FAULT] }), definitions: DEFINITIONS });
    engine.run(ms * MILLISECOND);
    const { context } = engine.inspect('memory/0') as unknown as { context: NodeOfMemory };
    return { ...context, taken: context.takenOut.length > 0 };
  };
  const FAULT = 'take-pages pages=10000 for=1ms at=20ms';
  const [before, during, after] = [at(19), at(20.001), at(21.001)];
  expect([before.taken, during.taken, after.taken]).toEqual([false, true, false]);
  expect(during.freePages).toBe(before.marks.min);
  expect([before.kswapdWaits, during.kswapdWaits]).toEqual([true, false]);
  expect(after.freePages).toBeGreaterThanOrEqual(before.freePages);
});

test('an allocation that fails spares the seed its deadlock: who asked for memory gives up before kswapd is needed', () => {
  const outcome = (fault: string) => simulate({ ...SEED, until: 5 * SECOND, faults: [fault] }).outcome;
  expect(outcome('fail-page-alloc task-filter=allocator/0 at=100ms')).toBe('completed');
  expect(outcome('fail-nth task=allocator/0 nth=1 at=100ms')).toBe('completed');
  expect(outcome('fail-page-alloc task-filter=allocator/0 probability=0 at=100ms')).toBe('deadlock');
});

test('under fault injection a page fault is taken again, and who is __GFP_NOFAIL does not fail', () => {
  const { rows } = simulate({
    scenario: 'pressure',
    cpus: 3,
    until: 60 * MILLISECOND,
    faults: ['fail-page-alloc probability=20 times=-1 for=20ms at=20ms'],
  });
  const failed = rows.filter(({ message }) => message['injected'] === true);
  const kinds = new Set(failed.map(({ to }) => kindOf(to)));
  expect([kinds.has('hog'), kinds.has('churner')]).toEqual([true, false]);
  expect(rows.some(({ to, message }) => to === 'churner/0' && message.type === 'task.pagesAllocated')).toBe(true);
  expect(failed.every(({ at }) => at > 20 * MILLISECOND && at < 40 * MILLISECOND + 10_000)).toBe(true);
  expect(rows.some(({ to, state }) => to === 'hog/0' && state.startsWith('faultingAgain'))).toBe(true);
  expect(rows.findLast(({ to }) => to === 'hog/0')?.state).not.toContain('exited');
});

test('a storm takes memory until somebody is killed for it, and the log knows its tasks', () => {
  const faults = ['alloc-storm tasks=2 pages=130000 at=20ms'];
  const { rows, result, outcome } = simulate({ ...SEED, scenario: 'other-ag', until: 2 * SECOND, faults });
  const first = rows.find(({ to }) => to === 'hog/1');
  expect([first?.at, first?.message.type]).toEqual([20 * MILLISECOND, 'timer']);
  expect(outcome).toBe('oom');
  expect(result.log.map(({ text }) => text).join('\n')).toMatch(/Out of memory: Killed process \d+ \(storm\)/);
});

test('who drops caches while an AG is repaired is a party to the deadlock, as kswapd is', () => {
  const quiet = { ...SEED, scenario: 'nofs-caller', until: 5 * SECOND };
  expect(simulate(quiet).outcome).toBe('completed');
  expect(simulate({ ...quiet, faults: ['drop-caches at=200ms'] }).parties).toContain('drop-caches');
});

test('repair begins when it is told to, and once more when it is done; a run without it gets one', () => {
  const instants = (options: { readonly scenario: string; readonly policy?: string }, ...faults: string[]) =>
    simulate({ ...SEED, ...options, until: 7 * SECOND, keepGoing: true, faults })
      .rows.filter(({ to, state }) => to === 'repair/0' && state === 'registeringShrinker')
      // As soon as it has the CPU.
      .map(({ at }) => Math.floor((at / MILLISECOND) * 10) / 10);
  const cured = { scenario: 'other-cpu', policy: 'repair=unregister-after-commit' };
  const [own] = instants(cured);
  expect(own).toBeGreaterThan(1);
  expect(instants(cured, 'repair-now at=100us', 'repair-now at=1s', 'repair-now at=4s')).toEqual([0.1, 4_000]);
  expect(instants({ scenario: 'burst' }, 'repair-now at=20ms')).toEqual([20]);
});

test('the seed deadlock without the hog that wakes kswapd: no deadlock; without the repair: at once, or never', () => {
  const killed = (task: string, at: string) => simulate({ ...SEED, faults: [`kill-task task=${task} at=${at}`] });
  expect(killed('allocator/0', '100ms').outcome).toBe('completed');
  expect(killed('repair/0', '5ms').outcome).toBe('completed');
  // It gives its shrinker back with the AGI held, as it would have done later: the signal hastens the deadlock.
  const hastened = killed('repair/0', '1s').result.foundAt ?? 0;
  expect(hastened).toBeLessThan(1.001 * SECOND);
});

test('kill -9 does not help who waits for a dead disk', () => {
  const { rows } = simulate({ scenario: 'stuck-disk', until: 3 * SECOND, faults: ['kill-task task=repair/0 at=1s'] });
  const last = rows.filter(({ to }) => to === 'repair/0').at(-1);
  expect(last).toMatchObject({ message: { type: 'task.killed' }, state: 'readingDeadDisk' });
});

test('a lock that somebody took and never gives back is waited for', () => {
  const faults = ['message to=ag/0 type=ag.lock buffer=AGI at=1ms'];
  const { graph } = simulate({ ...SEED, faults });
  expect(graph.blocked().find(({ agent }) => agent === 'repair/0')?.waitsFor.resource).toBe('AGI 0');
});

test.each([
  ['ag.unlock buffer=AGI', 'ag/0', 'faults/0 releases a buffer lock held by repair/0'],
  ['task.bufferLocked buffer=AGF neighbours=0', 'repair/0', 'repair has no answer to task.bufferLocked'],
  ['task.bufferLocked buffer=AGI neighbours=0', 'inodegc/0', 'inodegc/0 releases a buffer lock held by repair/0'],
])('a message that comes to nothing the model can answer is to blame: %s', (message, to, why) => {
  const plan = planOf({ ...SEED, faults: [`message to=${to} type=${message} at=1s`] });
  try {
    rowsOf(plan);
  } catch (error) {
    expect(error).toBeInstanceOf(AgentFault);
    const refusal = refusedMessage(plan, (error as AgentFault).event?.at, (error as AgentFault).message);
    expect(refusal).toMatch(new RegExp(`^message-${to.replace('/', '-')} at 1.000000000 s`));
    expect(refusal).toContain(why);
    return;
  }
  throw new Error('nothing was refused');
});
