/**
 * The buffer of the cluster that the inode at hand is in, which an inode that is logged is tied to: it is read if it is
 * not in memory, within the transaction and with the inode locked. Linux 6.1 fs/xfs/libxfs/xfs_trans_inode.c
 * xfs_trans_log_inode, fs/xfs/xfs_buf.c xfs_buf_alloc_pages. The inodes of a batch are neighbours as a rule, so a
 * worker asks once for each cluster: from then on its inodes hold the buffer. Leaves out that two workers who want the
 * same buffer wait for each other, and whoever inactivates inodes himself (throttle=inline).
 */
import {
  type AllocContext,
  allocationForgotten,
  clusterOf,
  type Inode,
  PAGES_PER_CLUSTER,
  requestPages,
} from '@dragon/kernel';

type ClusterContext = AllocContext & { readonly cluster: number | null };
type Change = Partial<ClusterContext>;

/** No cluster has this number. */
export const NO_CLUSTER = -1;

export function inodeAtHand({ inode }: { readonly inode: Inode | null }): number {
  if (inode === null) throw new Error('no inode is being inactivated');
  return inode.ino;
}

/** Whether it has to look for a buffer. */
export function lacksBuffer(context: ClusterContext): boolean {
  return context.cluster !== null && context.cluster !== clusterOf(inodeAtHand(context));
}

export function bufferFound(context: ClusterContext): Change {
  return { cluster: clusterOf(inodeAtHand(context)) };
}

export function bufferRequested(): Change {
  return {
    caller: 'inodegcAllocation',
    ...requestPages({ pages: PAGES_PER_CLUSTER, use: 'buffers', retry: 'no-fail' }),
  };
}

export function bufferAllocated(): Change {
  return { caller: 'inodegcWorker', ...allocationForgotten() };
}
