/**
 * The steps of whoever syncs, freezes or unmounts a file system that wait for its log: until it is forced, and until
 * nothing is left in the AIL. Linux 6.1 fs/xfs/xfs_log.c xfs_log_force, xfs_log_quiesce; fs/xfs/xfs_trans_ail.c
 * xfs_ail_push_all_sync.
 */
import {
  asleep,
  type CallPath,
  type InodeCacheMessage,
  outsideDisk,
  type Received,
  type Task,
  type TaskMessage,
  toInodeCache,
  wakeUp,
} from '@dragon/kernel';
import { chartKit } from '@dragon/statechart';

const { send, change } = chartKit<{ readonly task: Task }, Received<TaskMessage>>();

/** Asleep until the log has done what `message` asks for. */
const logStep = (waitsFor: string, stack: CallPath, message: InodeCacheMessage) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor, sleep: 'uninterruptible' },
    entry: [
      change(({ task }) => ({ task: asleep(task, outsideDisk('sda'), stack.frames) })),
      send(() => toInodeCache(message)),
    ],
    exit: wakeUp,
  }) as const;

/** xfs_log_force(XFS_LOG_SYNC). */
export const forcingLog = <const Next>(stack: CallPath, next: Next) =>
  ({
    ...logStep('the log to be written', stack, { type: 'inodeCache.forceLog' }),
    on: { 'task.logForced': next },
  }) as const;

/** xfs_ail_push_all_sync, with the log worker stopped. */
export const emptyingAil = <const Next>(stack: CallPath, next: Next) =>
  ({
    ...logStep('the AIL to be written', stack, { type: 'inodeCache.quiesceLog' }),
    on: { 'task.logQuiesced': next },
  }) as const;
