/**
 * What stands between an inactivated inode and its reclaim: it is pinned until its checkpoint is in the log, and dirty until xfsaild has written its
 * cluster buffer. Linux 6.1 fs/xfs/xfs_log_cil.c, xfs_trans_ail.c xfsaild_push, xfs_ail_push_all; xfs_log.c xfs_log_worker. A lag, not a log: leaves out
 * log space, log vectors and every item that is no inode.
 */
import { addInodes, appendInodes, INODES_PER_CLUSTER, type InodeRun, takeFirstInodes } from '@dragon/kernel';
import type { Change, InodeCacheContext } from './cache-state.ts';

/** Cluster buffers that xfsaild submits at once. */
const CLUSTERS_AT_ONCE = 32;

/** Whether a checkpoint is due: the CIL is full, or somebody forces the log. */
export function mustCommit(context: InodeCacheContext): boolean {
  return context.cil.count >= context.cilInodes || (context.logForceWanted && context.cil.count > 0);
}

export function commitBegun(context: InodeCacheContext): Change {
  return { committing: context.cil.count, logForceWanted: false };
}

/** The checkpoint is in the log: its inodes are unpinned and in the AIL. */
export function committed(context: InodeCacheContext): Change {
  const [runs, cil] = takeFirstInodes(context.cil, context.committing);
  return { cil, committing: 0, ail: appendInodes(context.ail, runs, true) };
}

/** xfs_log_worker: every 30 s it forces the log and pushes the AIL. */
export function logWorkerRan(context: InodeCacheContext): Change {
  return { logForceWanted: context.cil.count > 0, ailTarget: context.logged };
}

/** Whether xfsaild has not yet got to where it was asked to push. */
export function mustPush(context: InodeCacheContext): boolean {
  return context.written < context.ailTarget;
}

/** xfsaild is stuck on pinned items: it forces the log. */
export function stuckOnPinned(context: InodeCacheContext): Change {
  return { logForceWanted: context.cil.count > context.committing };
}

export function writeBegun(context: InodeCacheContext): Change {
  const wanted = Math.min(context.ailTarget - context.written, CLUSTERS_AT_ONCE * INODES_PER_CLUSTER);
  const [runs] = takeFirstInodes(context.ail, wanted);
  let writing = 0;
  let writingClusters = 0;
  let last = -1;
  for (const run of runs) {
    for (let from = 0; from < run.count; ) {
      const cluster = Math.floor((run.ino + from) / INODES_PER_CLUSTER);
      if (cluster !== last && writingClusters === CLUSTERS_AT_ONCE) return { writing, writingClusters };
      const count = Math.min(run.count - from, (cluster + 1) * INODES_PER_CLUSTER - (run.ino + from));
      if (cluster !== last) writingClusters += 1;
      last = cluster;
      writing += count;
      from += count;
    }
  }
  return { writing, writingClusters };
}

/** The buffers are on disk: their inodes are clean. */
export function writeDone(context: InodeCacheContext): Change {
  const [runs, ail]: readonly [readonly InodeRun[], InodeCacheContext['ail']] = takeFirstInodes(context.ail, context.writing);
  return {
    ail,
    writing: 0,
    writingClusters: 0,
    written: context.written + context.writing,
    clean: addInodes(context.clean, runs),
  };
}
