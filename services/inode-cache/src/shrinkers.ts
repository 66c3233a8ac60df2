/** The callbacks of the mount's shrinkers: which of them a message is for. */
import type { AgentId } from '@dragon/engine';
import { type InodeCacheMessage, toTask } from '@dragon/kernel';
import { countBuffers, scanBuffers } from './buffer-cache.ts';
import { type CacheAnswer, freePages, type InodeCacheContext } from './cache-state.ts';
import { isClusterHeld } from './cluster-buffers.ts';
import { inodegcCount, inodegcScan } from './inodegc-shrinker.ts';
import { superCacheCount, superCacheScan } from './super-cache-scan.ts';

type Scan = Omit<Extract<InodeCacheMessage, { type: 'inodeCache.scanObjects' }>, 'type'>;

/** Returns what count_objects returns. */
export function countObjects(context: InodeCacheContext, shrinker: string): number {
  switch (kindOf(shrinker)) {
    case 'sb-xfs':
      return superCacheCount(context);
    case 'xfs-buf':
      return countBuffers(context.buffers);
    case 'xfs-inodegc':
      return inodegcCount(context);
  }
}

/** Returns what scan_objects does. */
export function scanObjects(
  context: InodeCacheContext,
  task: AgentId,
  { shrinker, nrToScan, gfpFs, cpu }: Scan,
): CacheAnswer {
  switch (kindOf(shrinker)) {
    case 'sb-xfs':
      return superCacheScan(context, task, { nrToScan, gfpFs, cpu });
    case 'xfs-buf':
      return buftargScan(context, task, nrToScan);
    case 'xfs-inodegc':
      return inodegcScan(context, task, nrToScan);
  }
}

/** xfs_buftarg_shrink_scan: the pages go back in the caller's own context. */
function buftargScan(context: InodeCacheContext, task: AgentId, nrToScan: number): CacheAnswer {
  const { buffers, freed, pages } = scanBuffers(context.buffers, nrToScan, isClusterHeld(context));
  return [
    { buffers },
    [
      ...freePages(context, pages, 'buffers'),
      toTask(task, {
        type: 'task.objectsScanned',
        freed,
        stop: false,
        dispose: [],
        umountHeld: false,
        dentries: 0,
        fsShare: 0,
        credit: pages,
      }),
    ],
  ];
}

/** A shrinker is called `kind:device`. */
function kindOf(shrinker: string): 'sb-xfs' | 'xfs-buf' | 'xfs-inodegc' {
  const kind = shrinker.slice(0, shrinker.indexOf(':'));
  if (kind !== 'sb-xfs' && kind !== 'xfs-buf' && kind !== 'xfs-inodegc')
    throw new Error(`the mount has no shrinker ${shrinker}`);
  return kind;
}
