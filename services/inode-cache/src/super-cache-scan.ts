/**
 * The superblock shrinker. Linux 6.1 fs/super.c super_cache_count, super_cache_scan. Leaves out NUMA nodes, memory
 * cgroups and vfs_cache_pressure.
 */
import type { AgentId } from '@dragon/engine';
import { acquire, canRead, type TaskMessage, toTask, withFate } from '@dragon/kernel';
import { type CacheAnswer, freeingCounted, type InodeCacheContext } from './cache-state.ts';
import { withLocks } from './superblock-locks.ts';
import { isolateInodes, pruneDentries } from './vfs-cache.ts';

/**
 * xfs_fs_nr_cached_objects: what is reclaimable, whatever still stands in its way. Under accounting=queued-counted also
 * what is on its way there.
 */
function nrCachedObjects(context: InodeCacheContext): number {
  return context.reclaimable.count + freeingCounted(context);
}

/** Takes no lock. */
export function superCacheCount(context: InodeCacheContext): number {
  return context.behindDentry.count + context.onLru.count + nrCachedObjects(context);
}

/** `cpu`: where it runs. */
type Scan = { readonly nrToScan: number; readonly gfpFs: boolean; readonly cpu: number };

/**
 * Dentries, inodes and the file system's own objects share the scan by their number; dentries go first, so that their
 * inodes are on the LRU when its turn comes. The caller disposes of what is isolated and then asks for the file
 * system's share. Gives up at once in a NOFS context or if s_umount cannot be had.
 */
export function superCacheScan(context: InodeCacheContext, task: AgentId, { nrToScan, gfpFs, cpu }: Scan): CacheAnswer {
  if (!gfpFs || !canRead(context.umount)) return [context, [toTask(task, NOTHING_SCANNED)]];
  const dentries = context.behindDentry.count;
  const inodes = context.onLru.count;
  const fsObjects = nrCachedObjects(context);
  const total = dentries + inodes + fsObjects + 1;
  const share = (objects: number): number => Math.floor((nrToScan * objects) / total);

  const prune = pruneDentries(context, share(dentries) + 1, cpu);
  const { onLru, lruOrder } = prune.change;
  const isolate = isolateInodes({ onLru, lruOrder, freeing: context.freeing }, share(inodes) + 1);
  const isolated = isolate.isolated.reduce((sum, { count }) => sum + count, 0);
  const fsShare = share(fsObjects);
  return [
    { ...prune.change, ...isolate.change, ...withLocks(context, { umount: acquire(context.umount, task, 'R').rwsem }) },
    [
      toTask(task, {
        type: 'task.objectsScanned',
        // What xfs_reclaim_inodes_nr frees is not in the shrinker's return value.
        freed: prune.pruned + isolated,
        stop: false,
        // xfs_inode_needs_inactive: no inode does in a file system that is shut down.
        dispose: context.shutDown === null ? isolate.isolated : withFate(isolate.isolated, 'clean'),
        umountHeld: true,
        dentries: prune.pruned,
        fsShare: fsShare > 0 ? fsShare + 1 : 0,
        credit: 0,
      }),
    ],
  ];
}

const NOTHING_SCANNED: TaskMessage = {
  type: 'task.objectsScanned',
  freed: 0,
  stop: true,
  dispose: [],
  umountHeld: false,
  dentries: 0,
  fsShare: 0,
  credit: 0,
};
