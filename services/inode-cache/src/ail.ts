/**
 * The AIL and its target. Linux 6.1 fs/xfs/xfs_trans_ail.c xfs_ail_push_all, xfs_ail_push: a push aims at what is in
 * the AIL now, at nothing if it is empty, and never at what is only in the CIL. All headers and btree blocks of
 * allocation groups are one item, which each checkpoint has anew. Leaves out inodes that are logged anew while they are
 * in the AIL.
 */
import type { Change, InodeCacheContext } from './cache-state.ts';

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
