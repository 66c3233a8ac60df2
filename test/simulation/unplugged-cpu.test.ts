/**
 * A CPU that is unplugged in the midst of work: nothing runs on it any more, whoever could run nowhere else goes on
 * elsewhere, no inode is lost on the way from its list to another one, and its worker is waited for.
 */
import { type AgentDefinition, type Plan, type Row, runPlan } from '@dragon/engine';
import { FaultError, readFault } from '@dragon/kernel';
import { WaitForGraph } from '@dragon/report';
import { DEFINITIONS, withFaults, withoutFaults } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { ClockWitness } from './clock-witness.ts';
import { InodeWitness } from './inode-witness.ts';
import { LockWitness } from './lock-witness.ts';
import { PageWitness } from './page-witness.ts';
import { SchedulingWitness } from './scheduling-witness.ts';
import { planOf, simulate } from './simulate.ts';
import { planSmall, smallPressure, smallStorm } from './small-worlds.ts';
import { watch } from './witness.ts';

const MILLISECOND = 1_000_000;
const faulty = (plan: Plan, ...faults: string[]): Plan => withFaults(plan, faults.map(readFault));

const STORMY = planSmall(smallStorm, { cpus: 3, seed: 1, until: 80 * MILLISECOND });
const PRESSURE = planSmall(smallPressure, { cpus: 3, seed: 2, until: 110 * MILLISECOND });

describe.each([
  ['a storm of unlinks', STORMY],
  ['memory pressure', PRESSURE],
])('%s', (_, plan) => {
  test.each([5, 17, 33])('an unplugged CPU at %d ms: no inode, page or turn is lost', (ms) => {
    const unplugged = faulty(plan, `unplug-cpu cpu=1 at=${ms}ms`);
    const [inodes, pages, locks] = [new InodeWitness(), new PageWitness(), new LockWitness()];
    const witnesses = [inodes, pages, locks, new SchedulingWitness(), new ClockWitness()];
    const { run, violations, ended } = watch(unplugged, { witnesses });
    expect({ violations, ended }).toEqual({ violations: [], ended: true });
    const cpu = DEFINITIONS.get('cpu') as AgentDefinition;
    expect(cpu.describe(cpu.restore(run.engine.inspect('cpu/1')))).toBe('offline');
    expect(inodes.census()).toEqual([]);
  });

  test('a plan without its fault again is the plan that it was', () => {
    expect(withoutFaults(faulty(plan, 'unplug-cpu cpu=2 at=9ms'))).toEqual(plan);
  });
});

const STORM = { scenario: 'unlink-storm', cpus: 4, until: 60 * MILLISECOND };

function rowsOf(plan: Plan): { readonly rows: readonly Row[]; readonly waits: readonly string[] } {
  const [graph, rows]: [WaitForGraph, Row[]] = [new WaitForGraph(), []];
  runPlan(plan, DEFINITIONS, { finders: [graph], onRow: (row) => void rows.push(row) });
  return { rows, waits: graph.blocked().map(({ agent, waitsFor }) => `${agent} ${waitsFor.resource}`) };
}

test('nothing runs there any more, and who was bound to it runs on another CPU', () => {
  const { rows } = rowsOf(faulty(PRESSURE, 'unplug-cpu cpu=1 at=17ms'));
  const dispatched = rows.filter(({ message }) => message.type === 'task.dispatched');
  const since = dispatched.filter(({ at }) => at > 17.1 * MILLISECOND);
  const bound = new Set(dispatched.filter(({ from }) => from === 'cpu/1').map(({ to }) => to));
  expect(since.filter(({ from }) => from === 'cpu/1')).toEqual([]);
  expect(since.filter(({ to }) => bound.has(to)).length).toBeGreaterThan(3);
});

test('who comes later and would run there runs on another CPU as well', () => {
  const { rows } = rowsOf(faulty(PRESSURE, 'unplug-cpu cpu=1 at=17ms', 'alloc-storm tasks=8 for=20ms at=40ms'));
  const storm = rows.filter(({ to, message }) => to.startsWith('hog/') && message.type === 'task.dispatched');
  expect(storm.filter(({ from }) => from !== 'cpu/1').length).toBeGreaterThan(7);
});

test.each([
  ['v6.1', ['takingCpuDown', 'cancellingWork', 'takingList', 'exited']],
  ['v6.7', ['takingCpuDown', 'exited']],
])('%s: the list of the dead CPU is folded into another one up to 6.5', (profile, states) => {
  const { rows } = simulate({ ...STORM, profile, faults: ['unplug-cpu cpu=1 at=20ms'] });
  const told = rows.filter(({ to }) => to === 'unplugger/0').map(({ state }) => state);
  expect(told).toEqual(expect.arrayContaining(states));
  expect(told.includes('cancellingWork')).toBe(profile === 'v6.1');
});

test('who unplugs a CPU waits for the run of its worker, and so for what that waits for', () => {
  const held = ['AGI', 'AGF'].flatMap((buffer) =>
    [0, 1, 2, 3].map((ag) => `message to=ag/${ag} type=ag.lock buffer=${buffer} at=4ms`),
  );
  const { waits } = rowsOf(faulty({ ...PRESSURE, until: 300 * MILLISECOND }, ...held, 'unplug-cpu cpu=2 at=200ms'));
  expect(waits).toContain('unplugger/0 gc[2].work');
});

test('CPU 0 stays', () => {
  const unplug = (text: string) => () => faulty(planOf(STORM), text);
  expect(unplug('unplug-cpu cpu=0 at=1ms')).toThrow(FaultError);
  expect(unplug('unplug-cpu cpu=0 at=1ms')).toThrow(/^unplug-cpu-0: CPU 0 is the boot CPU, .*: unplug another one$/);
  expect(unplug('unplug-cpu cpu=7 at=1ms')).toThrow(
    /^unplug-cpu-7: unplug-cpu fits cpu\/0, cpu\/1, cpu\/2, cpu\/3, not/,
  );
});
