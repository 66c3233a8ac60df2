/**
 * Callbacks of RCU that free inodes and dentries, by the CPU that called call_rcu: it runs them itself after a grace
 * period. Linux 6.1 kernel/rcu/tree.c call_rcu, rcu_do_batch; fs/xfs/xfs_icache.c xfs_inode_free_callback; fs/dcache.c
 * __d_free. Leaves out that a long list makes RCU hurry (qhimark), and in which order inodes and dentries of a list
 * were given. Without schedulers no CPU is interrupted: all callbacks are run when the grace period ends.
 */
import type { Effect } from '@dragon/engine';
import {
  allInodes,
  EMPTY_TABLE,
  entriesOf,
  entryAt,
  isEmptyTable,
  removeInodes,
  slabPages,
  takeFirstInodes,
  toCpu,
  withEntry,
} from '@dragon/kernel';
import { type CacheAnswer, type Change, freePages, type InodeCacheContext } from './cache-state.ts';
import { itemsReleased } from './log-items-held.ts';
import { NO_CALLBACKS, type Objects, pendingOf, softirqCallbacks, withCallbacks } from './rcu-lists.ts';

type Rcu = Pick<InodeCacheContext, 'rcuNext' | 'scheduled'>;

/** call_rcu, on that CPU. */
export function callRcu({ rcuNext, scheduled }: Rcu, cpu: number, objects: Objects): Pick<Rcu, 'rcuNext'> {
  return { rcuNext: withCallbacks(rcuNext, scheduled ? cpu : 0, objects) };
}

/** A grace period begins for all that call_rcu was given. */
export function gracePeriodBegun({ rcuNext }: InodeCacheContext): Change {
  return { rcuWaiting: rcuNext, rcuNext: EMPTY_TABLE };
}

export const hasCallbacks = ({ rcuNext }: InodeCacheContext): boolean => !isEmptyTable(rcuNext);

/** Each CPU that has callbacks is told to run them, unless it is at it. */
export function gracePeriodOver(context: InodeCacheContext): CacheAnswer {
  const { rcuWaiting, scheduled } = context;
  let { rcuDone } = context;
  const told: Effect[] = [];
  const waiting = entriesOf(rcuWaiting);
  for (const [cpu, { inodes, dentries }] of waiting) {
    if (entryAt(rcuDone, cpu) === undefined) told.push(toCpu(cpu, { type: 'cpu.raiseSoftirq' }));
    rcuDone = withCallbacks(rcuDone, cpu, { inodes: allInodes(inodes), dentries: allInodes(dentries) });
  }
  if (scheduled) return [{ rcuWaiting: EMPTY_TABLE, rcuDone }, told];
  const [change, , effects] = objectsFreed(context, {
    inodes: waiting.flatMap(([, { inodes }]) => allInodes(inodes)),
    dentries: waiting.flatMap(([, { dentries }]) => allInodes(dentries)),
  });
  return [{ rcuWaiting: EMPTY_TABLE, ...change }, effects];
}

/** A CPU runs as many of its callbacks as one softirq does. */
export function callbacksRun(context: InodeCacheContext, cpu: number): CacheAnswer {
  const { rcuDone } = context;
  const ready = entryAt(rcuDone, cpu) ?? NO_CALLBACKS;
  const pending = pendingOf(ready);
  const callbacks = softirqCallbacks(pending);
  // Of each kind its share.
  const [inodes, inodesLeft] = takeFirstInodes(
    ready.inodes,
    Math.ceil((callbacks * ready.inodes.count) / Math.max(1, pending)),
  );
  const [dentries, dentriesLeft] = takeFirstInodes(ready.dentries, callbacks - (ready.inodes.count - inodesLeft.count));
  const left = { inodes: inodesLeft, dentries: dentriesLeft };
  const more = pendingOf(left) > 0;
  const [change, pages, effects] = objectsFreed(context, { inodes, dentries });
  return [
    { rcuDone: withEntry(rcuDone, cpu, more ? left : null), ...change },
    [...effects, toCpu(cpu, { type: 'cpu.callbacksRun', callbacks, pages, more })],
  ];
}

/** Objects go back to their slabs, and slabs that are empty then to the page allocator. */
function objectsFreed(
  context: InodeCacheContext,
  { inodes = [], dentries = [] }: Objects,
): readonly [change: Change, pages: number, effects: readonly Effect[]] {
  const { slab: before } = context;
  const [{ logged, itemPages }, pagesOfItems, effects] = itemsReleased(context, inodes);
  const slab = {
    inodes: removeInodes(before.inodes, inodes),
    dentries: removeInodes(before.dentries, dentries),
  };
  const pages = slabPages(before) - slabPages(slab) + pagesOfItems;
  const freed = context.freed + before.inodes.count - slab.inodes.count;
  return [{ slab, logged, itemPages, freed }, pages, [...freePages(context, pages, 'slab'), ...effects]];
}
