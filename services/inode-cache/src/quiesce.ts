/**
 * A log that is made quiet: its worker stops, and whoever wants it so, a freezer or who unmounts, waits until nothing
 * is left in the AIL. Linux 6.1 fs/xfs/xfs_log.c xfs_log_quiesce; fs/xfs/xfs_trans_ail.c xfs_ail_push_all_sync.
 */
import type { AgentId } from '@dragon/engine';
import { toTask } from '@dragon/kernel';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';

/** cancel_delayed_work_sync, and xfs_ail_push_all_sync. */
export const logQuiesced = (task: AgentId): Change => ({ quiescer: task });

export const isQuiesced = ({ quiescer }: InodeCacheContext): boolean => quiescer !== null;

/** Nothing is left in the AIL. */
export function ailEmptied(context: InodeCacheContext): CacheAnswer {
  const { quiescer } = context;
  return [context, quiescer === null ? [] : [toTask(quiescer, { type: 'task.logQuiesced' })]];
}
