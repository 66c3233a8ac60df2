/**
 * On which CPU threads go on, in whole runs: Linux 6.1 select_idle_sibling and the balancing of idle CPUs.
 */
import { type AgentId, LocalRun, type Plan, type Row, SECOND, type TraceHit } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { unlinker } from '../../packages/scenarios/src/threads.ts';
import { planSmall } from './small-worlds.ts';

interface Moves {
  readonly queued: number;
  /** Inodes that a task queued on another CPU than the one before. */
  readonly moved: number;
  readonly throttled: number;
  /** Throttled flushes in which no inode of any CPU was done, and those that ended on the CPU where they began. */
  readonly inVain: number;
  readonly returned: number;
}

function movesOf(plan: Plan): Moves {
  const moves = { queued: 0, moved: 0, throttled: 0, inVain: 0, returned: 0 };
  let done = 0;
  const cpuOf = new Map<AgentId, number>();
  const queuedOn = new Map<AgentId, number>();
  const flushes = new Map<AgentId, { readonly done: number; readonly cpu: number | undefined }>();
  const row = ({ to, message }: Row): void => {
    if (message.type === 'task.dispatched') cpuOf.set(to, message['cpu'] as number);
  };
  const hit = ({ agent, event }: TraceHit): void => {
    const cpu = cpuOf.get(agent);
    const begun = flushes.get(agent);
    switch (event) {
      case 'xfs_inodegc_queue':
        moves.queued += 1;
        if (queuedOn.has(agent) && queuedOn.get(agent) !== cpu) moves.moved += 1;
        if (cpu !== undefined) queuedOn.set(agent, cpu);
        break;
      case 'xfs_inode_set_reclaimable':
        done += 1;
        break;
      case 'xfs_inodegc_throttle':
        moves.throttled += 1;
        break;
      case 'flush_begin':
        flushes.set(agent, { done, cpu });
        break;
      case 'flush_end':
        if (begun?.done === done) moves.inVain += 1;
        if (begun?.cpu === cpu) moves.returned += 1;
        break;
      default:
    }
  };
  const run = new LocalRun(plan, DEFINITIONS, { finders: [], observers: [{ row, hit }] });
  while (run.advance(100_000));
  return moves;
}

/** So many unlinkers begin on one CPU. */
const together = (cpus: number, count: number, seed: number): Plan =>
  planSmall(
    () => ({
      free: 200_000,
      threads: Array.from({ length: count }, (_, i) => unlinker(i, 0, i % 4, 3_000, [1 + i / 10, 1.05 + i / 10])),
    }),
    { cpus, seed, until: 20 * SECOND, keepGoing: true },
  );

test('nobody who is throttled with a CPU of his own goes on elsewhere', () => {
  const { throttled, returned } = movesOf(together(4, 4, 1));
  expect(throttled).toBeGreaterThan(0);
  expect(returned).toBe(throttled);
});

describe.each([
  [2, 4],
  [4, 5],
  [4, 8],
])('on %i CPUs %i unlinkers meet', (cpus, count) => {
  test.each([1, 2])('and stay together, so that throttles end without progress by the hundred (seed %i)', (seed) => {
    const { throttled, inVain, returned } = movesOf(together(cpus, count, seed));
    expect(throttled).toBeGreaterThan(1_000);
    expect(inVain).toBeGreaterThan(100);
    expect(returned / throttled).toBeGreaterThan(0.95);
  });
});
