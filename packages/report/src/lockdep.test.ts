/** What lockdep sees of holds and waits: by its own rules, and nothing of what has no class. */
import { type FactsChange, type Hold, type LockMode, SECOND, type Wait } from '@dragon/engine';
import { ILOCK, inodegcWork, S_UMOUNT, SB_INTERNAL, SHRINKER_RWSEM } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { hungTaskLog } from './hung-task-log.ts';
import { Lockdep } from './lockdep.ts';
import { lockdepLog } from './lockdep-log.ts';
import { lockdepSentence } from './lockdep-sentence.ts';
import { ResourceNames } from './resource-names.ts';
import { AGI, DISK, applyAll, SEED_PLAN, seedGraph, taskChange, waitOn } from './seed-deadlock.fixture.ts';
import { TaskNames } from './task-names.ts';
import { WaitForGraph } from './wait-for-graph.ts';

const NAMES = new ResourceNames(SEED_PLAN);
const WORK = inodegcWork(0);

const held = (...locks: readonly (readonly [resource: string, mode: LockMode])[]): Hold[] =>
  locks.map(([resource, mode]) => ({ resource, mode }));

const wait = (resource: string, lock: LockMode, ...stack: readonly string[]): Wait => ({
  resource,
  lock,
  mode: 'uninterruptible',
  stack,
});

/** Each at its own instant. */
function seen(...changes: readonly FactsChange[]): Lockdep {
  const lockdep = new Lockdep(NAMES);
  for (const change of changes) {
    lockdep.facts(change);
    lockdep.check();
  }
  return lockdep;
}

const classes = ({ splat }: Lockdep) =>
  splat === undefined
    ? undefined
    : [splat.kind, splat.asked.lock.class, splat.against.lock.class, splat.chain.map(({ next }) => next.lock.class)];

test('two orders of two locks are a circle, whoever waits', () => {
  const lockdep = seen(
    taskChange(1, 'repair', held([SB_INTERNAL, 'R'])),
    taskChange(2, 'repair', held([SB_INTERNAL, 'R'], [ILOCK, 'W'])),
    taskChange(3, 'repair', []),
    taskChange(4, 'kswapd/0', held([ILOCK, 'W'])),
    taskChange(5, 'kswapd/0', held([ILOCK, 'W'], [SB_INTERNAL, 'R'])),
  );
  expect(classes(lockdep)).toEqual(['circular', 'sb_internal', '&xfs_nondir_ilock_class', ['&xfs_nondir_ilock_class']]);
  expect(lockdep.splat).toMatchObject({ at: 5, agent: 'kswapd/0' });
});

test('the same order twice is none, and a lock is forgotten when it is released', () => {
  const both = held([SB_INTERNAL, 'R'], [ILOCK, 'W']);
  expect(
    seen(
      taskChange(1, 'repair', both),
      taskChange(2, 'repair', []),
      taskChange(3, 'repair', held([ILOCK, 'W'])),
      taskChange(4, 'repair', []),
      taskChange(5, 'repair', held([SB_INTERNAL, 'R'])),
    ).splat,
  ).toBeUndefined();
});

test('a trylock depends on nothing, and others depend on it and on what was held before it', () => {
  const walk = held([SB_INTERNAL, 'R'], [SHRINKER_RWSEM, 'R'], [S_UMOUNT, 'R']);
  const lockdep = seen(
    taskChange(1, 'kswapd/0', walk),
    taskChange(2, 'kswapd/0', walk, wait(WORK, '')),
    taskChange(3, 'inodegc/0', held([WORK, ''])),
    taskChange(4, 'inodegc/0', held([WORK, ''], [SB_INTERNAL, 'R'])),
  );
  // sb_internal was held without a trylock: it is the one that the work depends on behind the two that were tried.
  expect(classes(lockdep)?.slice(0, 3)).toEqual(['circular', 'sb_internal', '(work_completion)(&(&gc->work)->work)']);
});

test('a work that flushes itself is recursive locking', () => {
  const lockdep = seen(
    taskChange(1, 'inodegc/0', held([WORK, ''])),
    taskChange(2, 'inodegc/0', held([WORK, '']), wait(WORK, '', '__flush_work')),
  );
  expect(classes(lockdep)).toEqual([
    'recursive',
    '(work_completion)(&(&gc->work)->work)',
    '(work_completion)(&(&gc->work)->work)',
    [],
  ]);
});

test('fs_reclaim is held below a scan of a superblock: what the trees of 6.1.0 made of a worker that may reclaim', () => {
  const reclaim = ['__flush_work', 'super_cache_scan', 'shrink_slab'];
  const lockdep = seen(
    taskChange(1, 'kswapd/0', held([SHRINKER_RWSEM, 'R']), wait(WORK, '', ...reclaim, 'balance_pgdat')),
    taskChange(2, 'inodegc/0', held([WORK, ''])),
    taskChange(
      3,
      'inodegc/0',
      held([WORK, ''], [SHRINKER_RWSEM, 'R']),
      wait(inodegcWork(0), '', ...reclaim, 'try_to_free_pages'),
    ),
  );
  expect(classes(lockdep)?.slice(0, 3)).toEqual(['circular', 'fs_reclaim', '(work_completion)(&(&gc->work)->work)']);
});

test('buffers, disks and what no kernel has are not seen', () => {
  const lockdep = seen(
    taskChange(1, 'repair', held([AGI, '']), wait(DISK, '')),
    taskChange(2, 'kswapd/0', held(['x', '']), wait(AGI, '')),
    taskChange(3, 'inodegc/0', held([AGI, '']), wait('x', '')),
  );
  expect(lockdep.splat).toBeUndefined();
  const { deadlock } = seedGraph(0);
  expect(lockdepSentence(undefined, deadlock, new TaskNames(SEED_PLAN), NAMES)).toBe(
    'nothing: a buffer lock is a semaphore (b_sema), of which lockdep knows nothing.',
  );
  expect(lockdepLog(lockdep, SEED_PLAN, '6.1.0')).toEqual([]);
});

test('khungtaskd speaks at its second look, of ten tasks, and not of killable waits', () => {
  const graph = new WaitForGraph();
  applyAll(graph, [
    taskChange(1, 'repair', [], waitOn(AGI, 'killable')),
    ...Array.from({ length: 12 }, (_, i) => taskChange(2 + i, `workload/${i}`, [], waitOn(AGI))),
    taskChange(121 * SECOND, 'kswapd/0', [], waitOn(AGI)),
  ]);
  const { lines, from, suppressed } = hungTaskLog(graph, SEED_PLAN, '6.1.0');
  expect(lines[0]).toBe('[  240.000000] INFO: task rm:900 blocked for more than 120 seconds.');
  expect(lines.filter((line) => line.includes('INFO: '))).toHaveLength(10);
  expect([from, suppressed]).toEqual([240 * SECOND, 3]);
});
