/** The inodes of a mount by population, and what the two shrinkers of the mount answer: pure functions behind the chart's actions. */
import type { AgentId, ResourceFacts } from '@dragon/engine';
import {
  acquire,
  canRead,
  countInodes,
  FREE_RWSEM,
  holders,
  type InodeRun,
  newHolders,
  type Policy,
  release,
  type Rwsem,
  takeInodes,
  toMemory,
  toTask,
  type Send,
} from '@dragon/kernel';

export type InodeCacheParams = {
  readonly node: number;
  readonly cpus: number;
  readonly policy: Policy;
  /** The VFS inode LRU, coldest first. */
  readonly lru: readonly InodeRun[];
  /** Inodes that some task holds open. */
  readonly inUse: number;
};

/** `inUse + lru + inactivating + reclaimable + freed` never changes: no inode is lost. */
export interface InodeCacheContext {
  readonly node: number;
  readonly policy: Policy;
  readonly lru: readonly InodeRun[];
  readonly lruCount: number;
  readonly inUse: number;
  /** Off every list: being evicted, queued, in a worker's batch. No count sees them unless the policy says so. */
  readonly inactivating: number;
  readonly reclaimable: number;
  readonly freed: number;
  /** CPUs whose inodegc list holds something. */
  readonly nonEmpty: readonly AgentId[];
  readonly umount: Rwsem;
  readonly resources: readonly ResourceFacts[];
  readonly replies: readonly Send[];
}

type Change = Partial<InodeCacheContext>;

export const INODEGC_SHRINKER = 'xfs-inodegc:sda';

/** XFS_INODEGC_SHRINKER_COUNT: 1 << DEF_PRIORITY. */
const INODEGC_COUNT = 4096;

/** 32 xfs_inodes share a slab of 8 pages: 4 inodes a page. */
const INODES_PER_PAGE = 4;

export function initialContext(params: InodeCacheParams): InodeCacheContext {
  return {
    node: params.node,
    policy: params.policy,
    lru: params.lru,
    lruCount: countInodes(params.lru),
    inUse: params.inUse,
    inactivating: 0,
    reclaimable: 0,
    freed: 0,
    nonEmpty: [],
    umount: FREE_RWSEM,
    resources: [],
    replies: [],
  };
}

/** super_cache_count or xfs_inodegc_shrinker_count. Neither takes a lock. */
export function countObjects(context: InodeCacheContext, shrinker: string): number {
  if (shrinker === INODEGC_SHRINKER) return context.nonEmpty.length > 0 ? INODEGC_COUNT : 0;
  const queued = context.policy.accounting === 'queued-counted' ? context.inactivating : 0;
  return context.lruCount + context.reclaimable + queued;
}

/** super_cache_scan: the LRU and the file system's own objects share the scan by their number. It gives up at once in a NOFS context or if s_umount cannot be had. */
export function superCacheScan(context: InodeCacheContext, task: AgentId, nrToScan: number, gfpFs: boolean): Change {
  if (!gfpFs || !canRead(context.umount)) {
    return {
      replies: [toTask(task, { type: 'task.objectsScanned', freed: 0, stop: true, dispose: [], umountHeld: false })],
    };
  }
  const total = context.lruCount + context.reclaimable + 1;
  const inodes = Math.floor((nrToScan * context.lruCount) / total) + 1;
  const fsShare = Math.floor((nrToScan * context.reclaimable) / total);
  const [dispose, lru] = takeInodes(context.lru, inodes);
  const isolated = countInodes(dispose);
  const freedNow = fsShare > 0 ? Math.min(context.reclaimable, fsShare + 1) : 0;
  const freed = context.freed + freedNow;
  const pages = Math.floor(freed / INODES_PER_PAGE) - Math.floor(context.freed / INODES_PER_PAGE);
  return {
    lru,
    lruCount: context.lruCount - isolated,
    inactivating: context.inactivating + isolated,
    reclaimable: context.reclaimable - freedNow,
    freed,
    ...withUmount(acquire(context.umount, task, 'R')),
    replies: [
      // xfs_reclaim_inodes_nr returns 0: only what the LRU walk isolated is in the shrinker's return value.
      toTask(task, { type: 'task.objectsScanned', freed: isolated, stop: false, dispose, umountHeld: true }),
      ...(pages > 0 ? [toMemory(context.node, { type: 'memory.free', pages })] : []),
    ],
  };
}

/** What xfs_inodegc_shrinker_scan says it freed when there was nobody to kick, so that nothing is deferred; drop_slab goes round once more for it. */
const LONG_MAX = 2 ** 52;

/** xfs_inodegc_shrinker_scan: kicks every worker whose list holds something. */
export function inodegcScan(context: InodeCacheContext, task: AgentId): Change {
  return {
    replies: [
      ...context.nonEmpty.map((to) => ({ to, message: { type: 'inodegc.shrinkerHit' } })),
      toTask(task, {
        type: 'task.objectsScanned',
        freed: context.nonEmpty.length > 0 ? 0 : LONG_MAX,
        stop: context.nonEmpty.length > 0,
        dispose: [],
        umountHeld: false,
      }),
    ],
  };
}

/** A worker's list became non-empty or empty. The workers stay in the order of their CPUs, as for_each_online_cpu visits them. */
export function listChanged(context: InodeCacheContext, worker: AgentId, nonEmpty: boolean): Change {
  const { nonEmpty: before } = context;
  const cpu = cpuOf(worker);
  let low = 0;
  for (let high = before.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (cpuOf(before[middle] ?? '') < cpu) low = middle + 1;
    else high = middle;
  }
  const known = before[low] === worker;
  if (known === nonEmpty) return {};
  return { nonEmpty: nonEmpty ? before.toSpliced(low, 0, worker) : before.toSpliced(low, 1) };
}

const cpuOf = (worker: AgentId): number => Number(worker.slice(worker.indexOf('/') + 1));

export function lastReference(context: InodeCacheContext, count: number): Change {
  if (context.inUse < count)
    throw new Error(`${count} inodes lost their last reference, but only ${context.inUse} had one`);
  return { inUse: context.inUse - count, inactivating: context.inactivating + count };
}

export function becameReclaimable(context: InodeCacheContext, count: number): Change {
  if (context.inactivating < count)
    throw new Error(`${count} inodes became reclaimable, but only ${context.inactivating} were being inactivated`);
  return { inactivating: context.inactivating - count, reclaimable: context.reclaimable + count };
}

/** down_write(s_umount). */
export function umountLocked(context: InodeCacheContext, task: AgentId): Change {
  return granting(context, acquire(context.umount, task, 'W'));
}

/** up_read or up_write of s_umount. */
export function umountReleased(context: InodeCacheContext, task: AgentId): Change {
  return granting(context, release(context.umount, task));
}

function granting(context: InodeCacheContext, umount: Rwsem): Change {
  return {
    ...withUmount(umount),
    replies: newHolders(context.umount, umount).map((task) => toTask(task, { type: 'task.umountLocked' })),
  };
}

function withUmount(umount: Rwsem): Change {
  const held = holders(umount);
  return {
    umount,
    resources:
      held.length === 0
        ? []
        : [{ resource: 's_umount', holders: held, waiters: umount.waiters.map(({ task }) => task) }],
  };
}
