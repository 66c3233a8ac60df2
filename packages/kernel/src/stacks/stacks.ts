/**
 * Stacks of every wait that the agents can be in: one table, made once, whose entries are shared. A wait is looked up
 * by what is waited for, and where several ways lead there, by who waits.
 */
import { callPath, type CallPath, type PathPiece } from './call-path.ts';
import * as m from './mount-pieces.ts';
import * as p from './path-pieces.ts';

/** Who reclaims because it allocates. */
type Allocator = 'pageFault' | 'write' | 'read' | 'createFile' | 'inodegcAllocation';
/** Who evicts inodes, so who is throttled; up to 5.14 it inactivates them, too. */
type Evictor = Allocator | 'kswapd' | 'dropCaches' | 'unlink' | 'close' | 'umount';
/** How a thread came to where the charts of reclaim, eviction and inactivation take over. */
export type Caller = Evictor | 'inodegcWorker';

/** How each task came to the allocator. */
const TASKS: Readonly<Record<Exclude<Allocator, 'inodegcAllocation'>, readonly PathPiece[]>> = {
  pageFault: [p.ALLOC_PAGES, p.PAGE_FAULT],
  write: [p.ALLOC_PAGES, ...p.WRITE],
  read: [p.ALLOC_PAGES, p.READ],
  createFile: [p.ALLOC_PAGES, ...p.CREATE],
};
const ALLOCATORS: Readonly<Record<Allocator, readonly PathPiece[]>> = {
  ...TASKS,
  inodegcAllocation: [p.ALLOC_PAGES, ...p.TRANS_ALLOC, p.WORKER],
};

/** How a reclaimer came to shrink_slab. */
const RECLAIMERS: Readonly<Record<Exclude<Evictor, 'unlink' | 'close' | 'umount'>, readonly PathPiece[]>> = {
  ...mapped(ALLOCATORS, (below) => [p.DIRECT_RECLAIM, ...below]),
  kswapd: [p.KSWAPD],
  dropCaches: [p.DROP_SLAB],
};

/** How each came to destroy_inode. */
const EVICTORS: Readonly<Record<Evictor, readonly PathPiece[]>> = {
  ...mapped(RECLAIMERS, (below) => [p.SHRINK_SLAB, ...below]),
  unlink: [p.UNLINK_EVICTS],
  close: [p.CLOSE],
  umount: [m.UMOUNT_EVICTS],
};

const evicting = (...inner: readonly PathPiece[]) =>
  mapped(EVICTORS, (below) => callPath(...inner, p.DESTROY_INODE, ...below));

/** In a transaction of xfs_inactive: the worker's, or that of an evictor of a kernel without workers. */
const inactivating = (
  worker: readonly PathPiece[],
  inline: readonly PathPiece[],
): Readonly<Record<Caller, CallPath>> => ({
  ...evicting(...inline, p.DESTROY_INODE_5),
  inodegcWorker: callPath(...worker, p.WORKER),
});

/** By what protects the list of shrinkers. */
const registering = (register: PathPiece, ...below: readonly PathPiece[]) => ({
  rwsem: callPath(p.DOWN_WRITE, register, ...below),
  srcu: callPath(p.MUTEX, register, ...below),
  refcount: callPath(p.MUTEX, p.SHRINKER_REGISTER, ...below),
});
const unregistering = (...below: readonly PathPiece[]) => ({
  rwsem: callPath(p.DOWN_WRITE, p.UNREGISTER_SHRINKER, ...below),
  srcu: callPath(p.COMPLETION, p.UNREGISTER_SRCU, ...below),
  refcount: callPath(p.COMPLETION, p.SHRINKER_FREE, ...below),
});

export const STACKS = {
  /** The throttle: flush_delayed_work in xfs_inodegc_queue. */
  throttled: evicting(p.COMPLETION, p.FLUSH_WORK),
  /** throttle=timed: the same, with a timeout. */
  throttledForAWhile: evicting(p.COMPLETION_TIMEOUT),
  /** throttle=watermarks: until the backlog is down to the low mark. */
  throttledToLowMark: evicting(p.WAIT_EVENT),
  /** throttle=outside-rwsem, allocators: after shrink_slab. */
  throttledOutside: mapped(RECLAIMERS, (below) => callPath(p.FLUSH_OUTSIDE, ...below)),

  /** nfs4_evict_inode, of an inode with a delegation. */
  returningDelegation: mapped(RECLAIMERS, (below) => callPath(m.RETURN_DELEGATION, p.SHRINK_SLAB, ...below)),

  /** throttle_direct_reclaim; without __GFP_FS for a second at most. Kernel threads are spared. */
  pfmemallocWait: mapped(TASKS, (below) => callPath(p.SCHEDULE, p.PFMEMALLOC_WAIT, ...below)),
  pfmemallocWaitAWhile: mapped(TASKS, (below) => callPath(p.SCHEDULE_TIMEOUT, p.PFMEMALLOC_WAIT_A_WHILE, ...below)),

  trimming: inactivating([...p.LOCK_BUFFER, p.TRIM], [...p.LOCK_BUFFER_5, p.TRIM_5]),
  truncating: inactivating([...p.LOCK_BUFFER, p.TRUNCATE], [...p.LOCK_BUFFER_5, p.TRUNCATE_5]),
  freeing: inactivating([...p.LOCK_BUFFER, p.IFREE], [...p.LOCK_BUFFER_5, p.IFREE_5]),
  unlinking: callPath(...p.LOCK_BUFFER, p.IUNLINK, p.UNLINK),

  /** Freeze protection: sb_start_intwrite of a transaction, sb_start_write of a system call. */
  startingTrim: inactivating([p.WAIT_FOR_THAW, p.START_TRIM, p.TRIM_ENDS], [p.WAIT_FOR_THAW, p.START_TRIM]),
  startingTruncate: inactivating([p.WAIT_FOR_THAW, p.START_TRUNCATE], [p.WAIT_FOR_THAW, p.START_TRUNCATE]),
  startingIfree: inactivating([p.WAIT_FOR_THAW, p.START_IFREE], [p.WAIT_FOR_THAW, p.START_IFREE]),
  startingUnlink: callPath(p.WAIT_FOR_THAW, p.WANT_UNLINK),
  startingCreate: callPath(p.WAIT_FOR_THAW, p.WANT_CREATE),
  startingWrite: callPath(p.WAIT_FOR_THAW, p.START_WRITE),

  /** cancel_delayed_work_sync, when a CPU is dead. */
  cancelling: callPath(p.COMPLETION, p.FLUSH_WORK, p.CPU_DOWN),

  /** xfs_inodegc_flush, in the statfs of 5.15 to 5.18. */
  statfs: callPath(m.STATFS_FLUSHES),
  /** xfs_log_force(XFS_LOG_SYNC), of sync. */
  sync: callPath(m.LOG_FORCE, m.SYNC),
  /** xfs_log_force_seq(XFS_LOG_SYNC). */
  fsync: callPath(m.FORCE_SEQ, m.FSYNC),

  lookup: callPath(p.SCHEDULE_TIMEOUT, m.LOOKUP),
  umountFlushes: callPath(m.UMOUNT_FLUSHES),
  umountForcesLog: callPath(m.LOG_FORCE, m.UNMOUNT_FLUSHES_INODES),
  umountEmptiesAil: callPath(m.AIL_PUSH, m.UNMOUNT_FLUSHES_INODES),
  /** By what protects the list of shrinkers: for an id of one, and by the one that is registered or unregistered. */
  preallocating: {
    rwsem: callPath(p.DOWN_WRITE, m.PREALLOC_SHRINKER, m.ALLOC_SUPER),
    srcu: callPath(p.MUTEX, m.PREALLOC_SHRINKER, m.ALLOC_SUPER),
    refcount: callPath(p.MUTEX, p.SHRINKER_ALLOC, m.ALLOC_SUPER),
  },
  mounting: {
    'sb-xfs': registering(m.REGISTER_PREPARED, m.SGET),
    'xfs-buf': registering(p.REGISTER_SHRINKER, m.MOUNT_STEPS['xfs-buf']),
    'xfs-inodegc': registering(p.REGISTER_SHRINKER, m.MOUNT_STEPS['xfs-inodegc']),
  },
  unmounting: mapped(m.UMOUNT_STEPS, (below) => unregistering(below)),

  umount: callPath(p.DOWN_WRITE, ...p.UMOUNT),
  freeze: callPath(p.DOWN_WRITE, p.FREEZE),
  /** iterate_supers. */
  syncWalks: callPath(p.DOWN_READ, m.SYNC_WALKS),
  dropPagecache: callPath(p.DOWN_READ, p.DROP_PAGECACHE),

  freezeWaitsForWriters: callPath(p.WAIT_FOR_WRITERS, p.FREEZE),
  freezeWaitsForWorkers: callPath(p.COMPLETION, p.INODEGC_STOP, p.FREEZE),
  freezeForcesLog: callPath(m.LOG_FORCE, m.FREEZE_SYNCS, p.FREEZE),
  quiesceForcesLog: callPath(m.LOG_FORCE, m.QUIESCE, p.FREEZE),
  quiesceEmptiesAil: callPath(m.AIL_PUSH, m.QUIESCE, p.FREEZE),
  thaw: callPath(p.DOWN_WRITE, p.THAW),

  repair: {
    registering: registering(p.REGISTER_SHRINKER, p.SETUP_BUFTARG),
    unregistering: mapped({ inTransaction: p.REPAIR, afterCommit: p.TEARDOWN }, (below) =>
      unregistering(p.FREE_BUFTARG, below),
    ),
    lockingAgi: callPath(...p.LOCK_BUFFER, p.REPAIR_AGI, p.REPAIR),
    lockingAgf: callPath(...p.LOCK_BUFFER, p.REPAIR_AGF, p.REPAIR),
    tryingAgi: callPath(p.TRY_BUFFER, p.REPAIR_AGI, p.REPAIR),
    retryingAgi: callPath(p.SCHEDULE_TIMEOUT, p.AG_INIT_RETRIES, p.REPAIR),
    starting: callPath(p.WAIT_FOR_THAW, p.START_REPAIR),
    readingDisk: callPath(...p.READ_BUFFER, p.READ_BTREE, p.REPAIR),
  },
} as const;

/**
 * Returns the frames of a wait that some callers never are in. Throws for those: the worker of a queue is not
 * throttled, and a kernel thread is not made to wait for kswapd.
 */
export function stackOf(paths: Readonly<Partial<Record<Caller, CallPath>>>, caller: Caller): readonly string[] {
  const path = paths[caller];
  if (path === undefined) throw new Error(`${caller} has no such stack`);
  return path.frames;
}

function mapped<Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  change: (value: From) => To,
): Readonly<Record<Key, To>> {
  return Object.fromEntries(Object.entries<From>(record).map(([key, value]) => [key, change(value)])) as Record<
    Key,
    To
  >;
}
