/**
 * Files that somebody writes to and makes durable: their inodes in the log. Linux 6.1 fs/xfs/xfs_file.c xfs_fsync_seq;
 * fs/xfs/xfs_log.c xfs_log_force_seq; fs/xfs/xfs_log_cil.c xlog_cil_force_seq. One file a task; in the AIL it is one
 * item with all else that is logged again and again, the headers of allocation groups.
 */
import type { AgentId } from '@dragon/engine';
import { toTask } from '@dragon/kernel';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';
import { logForceAwaited } from './checkpoint.ts';

/** xfs_vn_update_time: logged anew, an inode that is in the CIL takes nothing more there. */
export function inodeWritten({ checkpoints, shutDown }: InodeCacheContext, task: AgentId): Change {
  if (shutDown !== null || checkpoints.written.includes(task)) return {};
  return { checkpoints: { ...checkpoints, written: [...checkpoints.written, task] } };
}

/**
 * xfs_file_fsync: up to the checkpoint that has the inode, of which only the commit record may be missing. fdatasync
 * wants no time stamps, and nothing else was changed.
 */
export function fsyncAwaited(context: InodeCacheContext, task: AgentId, datasync: boolean): CacheAnswer {
  const { checkpoints, shutDown } = context;
  if (shutDown !== null) return [{}, [toTask(task, { type: 'task.fsyncFailed' })]];
  if (datasync) return [{}, [toTask(task, { type: 'task.inodeUnpinned' })]];
  if (checkpoints.written.includes(task)) return logForceAwaited(context, task);
  if ([checkpoints.committing, checkpoints.recordWaits].every(({ written }) => !written.includes(task)))
    return [{}, [toTask(task, { type: 'task.inodeUnpinned' })]];
  return [{ checkpoints: { ...checkpoints, stable: true, forced: [...checkpoints.forced, task] } }, []];
}
