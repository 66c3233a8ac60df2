/**
 * The AIL and its target. Linux 6.1 fs/xfs/xfs_trans_ail.c xfs_ail_push_all, xfs_ail_push: a push aims at what is in the
 * AIL now, at nothing if it is empty, and never at what is only in the CIL. All headers and btree blocks of allocation
 * groups are one item, which each checkpoint has anew. Leaves out inodes that are logged anew while they are in the AIL.
 */
import type { Change, InodeCacheContext } from './cache-state.ts';

/** How far xfsaild has got; counts are of the first in the AIL. */
export type Push = {
  /** Below the target, and not yet handed to the disk. */
  readonly unpushed: number;
  /** Handed to the disk (the delwri list), and not written. */
  readonly submitted: number;
  /** Headers of allocation groups: not in the AIL, in it beyond the target, below it, or handed to the disk. */
  readonly headers: 'absent' | 'logged' | 'wanted' | 'submitted' | 'writing';
  /** ail_log_flush: the last walk met something pinned. */
  readonly logFlush: boolean;
  /** The target has been raised since the last walk. */
  readonly raised: boolean;
};

export const NOTHING_PUSHED: Push = {
  unpushed: 0,
  submitted: 0,
  headers: 'absent',
  logFlush: false,
  raised: false,
};

const itemsIn = ({ dirty, synced }: InodeCacheContext): number => dirty.count + synced;

/** xfs_ail_push_all: raises the target to what has got into the AIL. */
export function ailPushed(context: InodeCacheContext): Change {
  const { push, shutDown } = context;
  const items = itemsIn(context) - push.submitted;
  if (shutDown !== null || (items <= push.unpushed && push.headers !== 'logged')) return {};
  const headers = push.headers === 'logged' ? 'wanted' : push.headers;
  return { push: { ...push, unpushed: items, headers, raised: true } };
}
