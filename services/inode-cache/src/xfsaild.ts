/**
 * xfsaild, which empties the AIL as far as it was asked to. Linux 6.1 fs/xfs/xfs_trans_ail.c xfsaild_push. It forces
 * the log only when it has met something pinned in the AIL, which is what many inodes share. Then it sleeps 50 ms, as
 * it always does when its walk has come to the target: fewer than 100 items are ever pinned, which would end the walk,
 * and make it 10 or 20. Leaves out walks that find nothing below the target, or nothing but what is locked.
 */
import type { Change, InodeCacheContext } from './cache-state.ts';
import { isAnyPinned, logForceWanted } from './checkpoint.ts';
import { isQuiesced } from './quiesce.ts';

/** Returns whether a walk would do something. */
export function mustWalk(context: InodeCacheContext): boolean {
  const { unpushed, headers, logFlush } = context.push;
  return unpushed > 0 || logFlush || (headers === 'wanted' && !areLocked(context));
}

/** Whoever inactivates an inode has some of the headers locked, before it logs them: nobody when the log is quiet. */
const areLocked = (context: InodeCacheContext): boolean =>
  !isAnyPinned(context) && context.freeing.count > 0 && !isQuiesced(context);

export const isRaised = ({ push }: InodeCacheContext): boolean => push.raised;

/** xfsaild_push: what can be written goes to the disk; what a walk has met pinned, the next one forces the log for. */
export function ailWalked(context: InodeCacheContext): Change {
  const { push } = context;
  const wanted = push.headers === 'wanted';
  const pinned = isAnyPinned(context);
  return {
    push: {
      unpushed: 0,
      submitted: push.submitted + push.unpushed,
      headers: wanted && !pinned && !areLocked(context) ? 'submitted' : push.headers,
      logFlush: wanted && pinned,
      raised: false,
    },
    ...(push.logFlush ? logForceWanted(context) : {}),
  };
}
