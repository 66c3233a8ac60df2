/**
 * A disk that fails in one allocation group: XFS shuts down where it has to, nobody hangs for it, no inode or page is
 * lost, what was pinned or dirty comes free, and a disk that works again is as good as ever.
 */
import { type Plan, runPlan } from '@dragon/engine';
import { readFault } from '@dragon/kernel';
import { WaitForGraph } from '@dragon/report';
import { DEFINITIONS, withFaults, withoutFaults } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { ClockWitness } from './clock-witness.ts';
import { InodeWitness } from './inode-witness.ts';
import { LockWitness } from './lock-witness.ts';
import { PageWitness } from './page-witness.ts';
import { SchedulingWitness } from './scheduling-witness.ts';
import { simulate } from './simulate.ts';
import { planSmall, smallPressure } from './small-worlds.ts';
import { watch } from './witness.ts';

const MILLISECOND = 1_000_000;
const faulty = (plan: Plan, ...faults: string[]): Plan => withFaults(plan, faults.map(readFault));

const PRESSURE = planSmall(smallPressure, { cpus: 2, seed: 2, until: 110 * MILLISECOND });

test('a plan without its fault again is the plan that it was', () => {
  expect(withoutFaults(faulty(PRESSURE, 'fail-disk ag=1 at=9ms', 'repair-now ag=1 at=20ms'))).toEqual(PRESSURE);
});

describe.each([
  ['for good', 0, 5],
  ['for good', 1, 17],
  ['the log', 2, 33],
])('memory pressure, and a disk that fails %s in AG %d at %d ms', (_, ag, ms) => {
  test('no inode, page or turn is lost, and nobody waits for ever', () => {
    const graph = new WaitForGraph();
    const plan = faulty(PRESSURE, `fail-disk ag=${ag} at=${ms}ms`);
    const inodes = new InodeWitness();
    const witnesses = [inodes, new PageWitness(), new LockWitness(), new SchedulingWitness(), new ClockWitness()];
    const { violations, ended } = watch(plan, { witnesses });
    expect({ violations, ended, census: inodes.census() }).toEqual({ violations: [], ended: true, census: [] });
    runPlan({ ...plan, until: 400 * MILLISECOND }, DEFINITIONS, { finders: [graph] });
    expect(graph.blocked().map(({ agent, waitsFor }) => `${agent} ${waitsFor.resource}`)).toEqual([]);
  });
});

const SEED = { scenario: 'seed-deadlock', cpus: 2, until: 3_000 * MILLISECOND };
const consoleOf = (faults: readonly string[], options: { readonly policy?: string } = {}) => {
  const { outcome, result, rows } = simulate({ ...SEED, ...options, faults });
  return { outcome, log: result.log.map(({ text }) => text), rows };
};

test('the seed deadlock is spared when the disk of its group fails before the repair comes', () => {
  const { outcome, log } = consoleOf(['fail-disk ag=0 at=5ms']);
  expect(outcome).toBe('completed');
  expect(log.join('\n')).toMatch(
    /"xfs_read_agi" at daddr 0x2 [^]*xfs_difree: [^]*Metadata I\/O Error \(0x1\) detected at xfs_inactive_ifree/,
  );
});

test('a repair whose rebuild cannot read gives its shrinker back with the AGI held: the deadlock comes at once', () => {
  expect(consoleOf(['fail-disk ag=0 at=1s']).outcome).toBe('deadlock');
});

test('a disk that works again before anybody has read from it has done nothing', () => {
  const { outcome, log } = consoleOf(['fail-disk ag=0 for=1ms at=5ms']);
  expect(outcome).toBe('deadlock');
  expect(log.filter((line) => line.includes('XFS'))).toEqual([]);
});

test('a disk that works again after somebody was told EIO: a scrub gave up, the rest goes on as ever', () => {
  const { outcome, log, rows } = consoleOf(['fail-disk ag=0 for=20ms at=5ms']);
  const told = rows.filter(({ message }) => message.type === 'task.bufferFailed');
  expect(told.map(({ to, at }) => [to, at < 25 * MILLISECOND])).toEqual([['repair/0', true]]);
  const read = rows.filter(({ at, message }) => at > 25 * MILLISECOND && message.type === 'task.bufferLocked');
  expect(read.some(({ from, to }) => from === 'ag/0' && to.startsWith('inodegc/'))).toBe(true);
  expect({ outcome, log: log.filter((line) => line.includes('XFS')) }).toEqual({
    outcome: 'completed',
    log: ['XFS (sda): metadata I/O error in "xfs_read_agi" at daddr 0x2 len 1 error 5'],
  });
});

test('a log that cannot be written shuts the file system down, and workers go on without transactions', () => {
  const { rows, log } = consoleOf(['fail-disk ag=2 at=900us'], { policy: 'repair=unregister-after-commit' });
  expect(log.at(-1)).toMatch(/Please unmount/);
  const down = rows.find(({ message }) => message.type === 'ag.shutDown')?.at ?? Number.NaN;
  const later = rows.filter(({ at }) => at > down + MILLISECOND);
  expect(later.filter(({ message }) => message.type === 'task.bufferLocked')).toEqual([]);
  expect(later.some(({ to, state }) => to.startsWith('inodegc/') && state.includes('worker.starting'))).toBe(true);
});
