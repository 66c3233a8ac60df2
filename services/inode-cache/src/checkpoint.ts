/**
 * The CIL and its checkpoints: what is logged is pinned until its checkpoint's commit record is on disk. Linux 6.1
 * fs/xfs/xfs_log_cil.c xlog_cil_push_background, xlog_cil_push_work, xlog_cil_flush, xlog_cil_committed;
 * fs/xfs/xfs_log.c xfs_log_force, xfs_log_worker. A push in the background writes a checkpoint's iclogs, but not the
 * one that its commit record is in, as long as that is not full: a force does, or the next checkpoint that fills it.
 * Leaves out the hard limit at twice the CIL's size, and covering of an idle log. Of
 * inodes that are made, only what they take in the CIL; that their unlinking logs them anew is free.
 */
import type { AgentId, Effect } from '@dragon/engine';
import { addInodes, appendInodes, takeFirstInodes, toTask } from '@dragon/kernel';
import { ailPushed } from './ail.ts';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';
import { clustersLetGo } from './cluster-buffers.ts';
import { splitStale } from './inode-chunks.ts';
import { type Checkpoints, type Cil, pinnedCount } from './log-state.ts';
import {
  bothLogged,
  bytesOf,
  cilLimit,
  fillsIclog,
  iclogsOf,
  type Logged,
  loggedCount,
  NOTHING_LOGGED,
} from './logged-bytes.ts';

/** Returns what a push would take. */
export function inCil({ cil, checkpoints: { made, written, recordWaits, committing } }: Cil): Logged {
  return { inodes: cil.count - recordWaits.inodes - committing.inodes, made, written };
}

/** Returns whether anything is logged and not in the log yet: then all that many share is pinned, as AG headers are. */
export const isAnyPinned = (context: Cil): boolean => pinnedCount(context) > 0;

/** Returns whether a checkpoint is due: the CIL is full, or somebody forces the log. */
export function mustCommit(context: InodeCacheContext): boolean {
  const logged = inCil(context);
  return bytesOf(logged) >= cilLimit(context.log) || (context.checkpoints.forceWanted && loggedCount(logged) > 0);
}

/** Returns whether a commit record has to be written whose checkpoint is: somebody forces the log. */
export function mustFlush({ checkpoints: { forceWanted, recordWaits, stable } }: InodeCacheContext): boolean {
  return (forceWanted || stable) && loggedCount(recordWaits) > 0;
}

export function commitBegun(context: InodeCacheContext): Change {
  const { checkpoints, policy } = context;
  const stable = checkpoints.forceWanted || checkpoints.stable || policy.reclaim === 'flushes-commit-record';
  return { checkpoints: { ...forceBegun(checkpoints), committing: inCil(context), made: 0, written: [], stable } };
}

const forceBegun = (checkpoints: Checkpoints): Checkpoints => ({
  ...checkpoints,
  forceWanted: false,
  forced: [...checkpoints.forced, ...checkpoints.forcers],
  forcers: [],
});

/** Iclogs that the checkpoint takes. */
export const iclogsToWrite = ({ checkpoints }: InodeCacheContext): number => iclogsOf(checkpoints.committing);

/** A checkpoint is written but for the last iclog; the record of the one before it is on disk if it has filled that. */
export function iclogsWritten(context: InodeCacheContext): CacheAnswer {
  const { committing, recordWaits, stable } = context.checkpoints;
  const filled = fillsIclog(committing) ? recordWaits : NOTHING_LOGGED;
  const [change, effects] = checkpointCommitted(context, filled);
  const left = filled === recordWaits ? NOTHING_LOGGED : recordWaits;
  const checkpoints: Checkpoints = stable
    ? { ...context.checkpoints, recordWaits: left }
    : { ...context.checkpoints, recordWaits: bothLogged(left, committing), committing: NOTHING_LOGGED };
  const written = { ...change, checkpoints };
  return [stable ? { ...written, ...workerGoesOn({ ...context, ...written }) } : written, effects];
}

/** A force that finds everything written but the iclog with the commit record. */
export function flushBegun(context: InodeCacheContext): Change {
  return workerGoesOn({ ...context, checkpoints: forceBegun(context.checkpoints) });
}

/** The last iclog is on disk: all that has been written is in the log, and who forced it goes on. */
export function logFlushed(context: InodeCacheContext): CacheAnswer {
  const { recordWaits, committing, forced, forcers } = context.checkpoints;
  const [change, effects] = checkpointCommitted(context, bothLogged(recordWaits, committing));
  const written = { ...context.checkpoints, recordWaits: NOTHING_LOGGED, committing: NOTHING_LOGGED, stable: false };
  if (isAnyPinned({ cil: change.cil ?? context.cil, checkpoints: written }))
    return [{ ...change, checkpoints: { ...written, forced: [] } }, [...effects, ...logForced(forced)]];
  const done = workerGoesOn({ ...context, ...change, checkpoints: written });
  const checkpoints = { ...(done.checkpoints ?? written), forceWanted: false, forcers: [], forced: [] };
  return [{ ...change, ...done, checkpoints }, [...effects, ...logForced([...forced, ...forcers])]];
}

export const logForced = (tasks: readonly AgentId[]): Effect[] =>
  tasks.map((task) => toTask(task, { type: 'task.logForced' }));

/**
 * xlog_cil_committed: these are unpinned and in the AIL, behind those of earlier checkpoints, which have a lower LSN
 * (xfs_trans_ail_update_bulk), and AG headers move there with them. Stale inodes need not be written.
 */
function checkpointCommitted(context: InodeCacheContext, logged: Logged): CacheAnswer {
  if (loggedCount(logged) === 0) return [{}, []];
  const [runs, cil] = takeFirstInodes(context.cil, logged.inodes);
  const [stale, rest] = splitStale(context.free, runs);
  const change = {
    cil,
    clean: addInodes(context.clean, stale),
    dirty: addInodes(context.dirty, rest),
    ail: appendInodes(context.ail, rest),
    push: { ...context.push, headers: 'logged' as const },
  };
  const [letGo, effects] = clustersLetGo({ ...context, ...change }, stale);
  return [{ ...change, ...letGo }, effects];
}

/** xfs_log_force(XFS_LOG_SYNC): all that is pinned now. */
export function logForceAwaited(context: InodeCacheContext, task: AgentId): CacheAnswer {
  if (context.shutDown?.logIsDown === true || !isAnyPinned(context)) return [{}, logForced([task])];
  const { checkpoints } = context;
  return [{ checkpoints: { ...checkpoints, forceWanted: true, forcers: [...checkpoints.forcers, task] } }, []];
}

/** xfs_log_force without waiting, or xlog_cil_flush. */
export function logForceWanted({ cil, checkpoints }: InodeCacheContext): Pick<InodeCacheContext, 'checkpoints'> {
  return { checkpoints: { ...checkpoints, forceWanted: isAnyPinned({ cil, checkpoints }) } };
}

/**
 * xfs_log_worker forces the log, without waiting for it to be on disk, and pushes the AIL: whatever gets there after
 * that is not asked for until its next tick.
 */
export function logWorkerRan(context: InodeCacheContext): Change {
  const { checkpoints } = context;
  const nothingToWrite = loggedCount(inCil(context)) + loggedCount(checkpoints.recordWaits) === 0;
  if (nothingToWrite && (checkpoints.stable || loggedCount(checkpoints.committing) === 0)) return ailPushed(context);
  return { checkpoints: { ...checkpoints, forceWanted: true, workerForces: true } };
}

/** The log worker's force has handed all iclogs to the disk. */
function workerGoesOn(context: InodeCacheContext): Change {
  const { checkpoints } = context;
  if (!checkpoints.workerForces) return { checkpoints };
  return { ...ailPushed(context), checkpoints: { ...checkpoints, workerForces: false } };
}
