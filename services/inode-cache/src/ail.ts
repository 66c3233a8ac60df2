/**
 * The AIL and its target. Linux 6.1 fs/xfs/xfs_trans_ail.c xfs_ail_push_all, xfs_ail_push: a push aims at what is in
 * the AIL now, at nothing if it is empty, and never at what is only in the CIL. All headers and btree blocks of
 * allocation groups are one item, which each checkpoint has anew. fs/xfs/xfs_log.c xlog_grant_push_ail: whoever begins
 * a transaction pushes the oldest quarter of a log that is three quarters full. Leaves out inodes that are logged anew
 * while they are in the AIL, what transactions under way have reserved, and the wait of those for whom there is no room
 * (xlog_grant_head_wait): see decision 112.
 */
import type { Change, InodeCacheContext } from './cache-state.ts';
import { inodesIn } from './logged-bytes.ts';
import { pinnedCount } from './log-state.ts';

const itemsIn = ({ dirty, synced }: InodeCacheContext): number => dirty.count + synced;

export const isAilEmpty = (context: InodeCacheContext): boolean =>
  itemsIn(context) === 0 && context.push.headers === 'absent';

/** xfs_ail_push_all: raises the target to what has got into the AIL. */
export function ailPushed(context: InodeCacheContext): Change {
  const { push, shutDown } = context;
  const items = itemsIn(context) - push.submitted;
  if (shutDown !== null || (items <= push.unpushed && push.headers !== 'logged')) return {};
  const headers = push.headers === 'logged' ? 'wanted' : push.headers;
  return { push: { ...push, unpushed: items, headers, raised: true } };
}

/** xlog_grant_push_ail: what lies between the log's tail and a quarter of it further on. */
export function tailPushed(context: InodeCacheContext): Change {
  const { push, shutDown } = context;
  const quarter = inodesIn(context.log / 4);
  const used = pinnedCount(context) + itemsIn(context);
  const target = Math.min(quarter, itemsIn(context)) - push.submitted;
  if (shutDown !== null || used < 3 * quarter || target <= push.unpushed) return {};
  return { push: { ...push, unpushed: target, raised: true } };
}
