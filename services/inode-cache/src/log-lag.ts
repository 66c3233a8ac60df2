/**
 * What stands between an inactivated inode and its reclaim: it is pinned until its checkpoint is in the log, and dirty
 * until xfsaild has written its cluster buffer. Linux 6.1 fs/xfs/xfs_log_cil.c, xfs_trans_ail.c xfsaild_push,
 * xfs_ail_push_all; xfs_log.c xfs_log_worker. A lag, not a log: leaves out log space, log vectors and every item that
 * is no inode.
 */
import {
  addInodes,
  appendInodes,
  countInodes,
  firstStretch,
  hasInode,
  type InodeRun,
  removeInodes,
  splitBySet,
  takeFirstInodes,
} from '@dragon/kernel';
import type { Change, InodeCacheContext } from './cache-state.ts';

/** Whether a checkpoint is due: the CIL is full, or somebody forces the log. */
export function mustCommit(context: InodeCacheContext): boolean {
  return context.cil.count >= context.geometry.cilInodes || (context.logForceWanted && context.cil.count > 0);
}

export function commitBegun(context: InodeCacheContext): Change {
  return { committing: context.cil.count, logForceWanted: false };
}

/**
 * The checkpoint is in the log: its inodes are unpinned and in the AIL, behind those of earlier checkpoints, which have
 * a lower LSN (xfs_trans_ail_update_bulk).
 */
export function commitDone(context: InodeCacheContext): Change {
  const [runs, cil] = takeFirstInodes(context.cil, context.committing);
  return { cil, committing: 0, dirty: addInodes(context.dirty, runs), ail: appendInodes(context.ail, runs) };
}

/** xfs_ail_push_all: xfsaild has to get to everything that is logged now. */
export function ailPushed(context: InodeCacheContext): Pick<InodeCacheContext, 'unpushed'> {
  return { unpushed: context.cil.count + context.dirty.count };
}

/** xfs_log_worker: every 30 s it forces the log and pushes the AIL. */
export function logWorkerRan(context: InodeCacheContext): Change {
  return { logForceWanted: context.cil.count > 0, ...ailPushed(context) };
}

/** Whether xfsaild has not yet got to where it was asked to push. */
export function mustPush(context: InodeCacheContext): boolean {
  return context.unpushed > 0;
}

/** xfsaild is stuck on pinned items: it forces the log. */
export function stuckOnPinned(context: InodeCacheContext): Change {
  return { logForceWanted: context.cil.count > context.committing };
}

/** xfs_inode_item_push, xfs_iflush_cluster: the oldest inodes go to disk, each with all dirty ones of its cluster. */
export function writeBegun(context: InodeCacheContext): Change {
  const { clustersAtOnce, inodesPerCluster } = context.geometry;
  let { ail } = context;
  let left = context.dirty;
  const writing: InodeRun[] = [];
  let writingClusters = 0;
  while (left.count > 0 && writingClusters < clustersAtOnce) {
    const [[run]] = takeFirstInodes(ail, inodesPerCluster);
    if (run === undefined) throw new Error('inodes are dirty, but not in the AIL');
    if (hasInode(left, run.ino)) {
      const first = run.ino - (run.ino % inodesPerCluster);
      const [dirty] = splitBySet(left, [{ ino: first, count: inodesPerCluster, fate: 'clean' }]);
      left = removeInodes(left, dirty);
      writing.push(...dirty);
      writingClusters += 1;
    }
    [, ail] = takeFirstInodes(ail, firstStretch(left, run).count);
  }
  return { ail, writing, writingClusters };
}

/** The buffers are on disk: their inodes are clean. */
export function writeDone({ dirty, clean, unpushed, writing }: InodeCacheContext): Change {
  return {
    dirty: removeInodes(dirty, writing),
    clean: addInodes(clean, writing),
    unpushed: Math.max(0, unpushed - countInodes(writing)),
    writing: [],
    writingClusters: 0,
  };
}
