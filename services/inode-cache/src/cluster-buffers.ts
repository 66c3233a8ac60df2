/**
 * Who holds the buffers of inode clusters. Linux 6.1 fs/xfs/libxfs/xfs_trans_inode.c xfs_trans_log_inode;
 * fs/xfs/xfs_inode_item.c xfs_iflush_finish, xfs_iflush_abort.
 */
import { firstOfCluster, type InodeRun, membersInSlab, PAGES_PER_CLUSTER } from '@dragon/kernel';
import { clusterRead, clustersReleased, isCached } from './buffer-cache.ts';
import { type CacheAnswer, freePages, type InodeCacheContext } from './cache-state.ts';

/** Returns whether an inode of a cluster is logged and not written. */
export function isClusterHeld({
  reclaimable,
  clean,
}: Pick<InodeCacheContext, 'reclaimable' | 'clean'>): (cluster: number) => boolean {
  return (cluster) => {
    const first = firstOfCluster(cluster);
    return membersInSlab(reclaimable, first) > membersInSlab(clean, first);
  };
}

/** Somebody has read the buffer of an inode's cluster, into pages that are not needed if another one has as well. */
export function clusterBufferRead(context: InodeCacheContext, ino: number): CacheAnswer {
  const { buffers } = context;
  return isCached(buffers, ino)
    ? [context, freePages(context, PAGES_PER_CLUSTER, 'buffers')]
    : [{ buffers: clusterRead(buffers, ino) }, []];
}

/** Inodes have been written, or never will be. `context` is the one in which they are clean. */
export function clustersLetGo(context: InodeCacheContext, written: readonly InodeRun[]): CacheAnswer {
  const { buffers, pages } = clustersReleased(context.buffers, written, isClusterHeld(context));
  return [{ buffers }, freePages(context, pages, 'buffers')];
}
