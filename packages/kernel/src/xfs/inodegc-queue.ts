/**
 * The per-CPU inodegc queue: counters, thresholds and the order of its inodes. Linux 6.1 fs/xfs/xfs_icache.c
 * xfs_inodegc_queue, _want_queue_work, _want_flush_work.
 */
import { type Geometry, KERNEL_GEOMETRY } from '../geometry.ts';
import { type InodeRun, takeInodes } from './inode.ts';
import { appendInodes, EMPTY_INODE_LIST, type InodeList } from './inode-list.ts';
import type { QueueCaller } from '../messages.ts';
import type { Policy } from '../policy/policy.ts';

/** `items` is the kernel's approximate count since the worker last started; the list itself may be longer. */
export type InodegcQueue = {
  readonly list: InodeList;
  /** XFS_OPSTATE_INODEGC_ENABLED: without it inodes are queued, but nothing is scheduled and nobody waits. */
  readonly enabled: boolean;
  /** Less than 5 % of the file system is free: the work is never put off. */
  readonly lowSpace: boolean;
  readonly items: number;
  readonly shrinkerHits: number;
};

export const EMPTY_QUEUE: InodegcQueue = {
  list: EMPTY_INODE_LIST,
  enabled: true,
  lowSpace: false,
  items: 0,
  shrinkerHits: 0,
};

/** What queueing did: which inodes went in, whether the work must start at once, whether the caller must wait. */
export type Queued = {
  readonly queue: InodegcQueue;
  readonly taken: readonly InodeRun[];
  readonly count: number;
  readonly immediate: boolean;
  readonly throttle: boolean;
};

/**
 * Returns the queue after xfs_inodegc_queue of the inodes one by one, up to and including the first that throttles its
 * caller. Both thresholds compare `items` before it is incremented, with a strict `>`: the work starts at once from the
 * 34th inode, the caller waits from the 258th. `immediate` is that of the last inode, as each call re-arms the work.
 */
export function queueInodes(
  queue: InodegcQueue,
  inodes: readonly InodeRun[],
  caller: QueueCaller,
  policy: Policy,
  geometry: Geometry = KERNEL_GEOMETRY,
): Queued {
  const available = inodes.reduce((sum, run) => sum + run.count, 0);
  const untilThrottle = queue.enabled ? inodesUntilThrottle(queue, caller, policy, geometry) : Number.POSITIVE_INFINITY;
  const count = Math.min(available, untilThrottle);
  const [taken] = takeInodes(inodes, count);
  const items = queue.items + count;
  return {
    queue: { ...queue, list: appendInodes(queue.list, taken), items },
    taken,
    count,
    immediate: items - 1 > geometry.inodesPerCluster || queue.lowSpace || caller.nearQuota,
    throttle: count === untilThrottle,
  };
}

/**
 * Returns how many inodes the caller can queue, the last of which makes it wait: 1 or more, or infinity if it never
 * waits.
 */
function inodesUntilThrottle(
  queue: InodegcQueue,
  caller: QueueCaller,
  policy: Policy,
  { inodegcMaxBacklog }: Geometry,
): number {
  if (isExempt(caller, policy)) return Number.POSITIVE_INFINITY;
  if (queue.shrinkerHits > 0) return 1;
  const mark = policy.throttle.kind === 'watermarks' ? policy.throttle.high : inodegcMaxBacklog;
  // The inode that finds items > mark is the one that waits; items counts those before it.
  return Math.max(1, mark + 2 - queue.items);
}

function isExempt(caller: QueueCaller, policy: Policy): boolean {
  if (caller.disarmed) return true;
  if (policy.exempt === 'journal-info' ? caller.journalInfo : caller.nofs) return true;
  switch (policy.throttle.kind) {
    case 'skip-kswapd':
    case 'allocators':
      return caller.kswapd;
    case 'skip-reclaim':
      return caller.reclaimState;
    case 'always':
    case 'timed':
    case 'watermarks':
    case 'outside-rwsem':
    case 'inline':
      return false;
  }
}
