/** What becomes of a batch when the file system is shut down. Linux 6.1 fs/xfs/xfs_icache.c xfs_inodegc_inactivate. */
import { hit } from '@dragon/kernel';
import type { Answer } from '@dragon/statechart';
import { inodesLeft, NO_BATCH } from './batch.ts';
import { inodeDone, type InodegcContext } from './worker-state.ts';

/**
 * The inode at hand, if there is one, and all that are left of the batch are as they were, and reclaimable:
 * xfs_trans_alloc of a log that is down returns -EIO.
 */
export function batchAborted(context: InodegcContext): Answer<InodegcContext> {
  const { cpu, inode } = context;
  const left = inodesLeft(context.batch).toReversed();
  const before = { ...context, batch: NO_BATCH };
  const [change, effects] = inode === null ? [{ done: context.done }, []] : inodeDone(before, null);
  return [
    { ...change, batch: NO_BATCH, shutDown: true, done: [...(change.done ?? []), ...left] },
    [
      ...effects,
      ...left.flatMap(({ ino, count }) => [
        hit('xfs_inode_inactivating', { ino, count, cpu }),
        hit('xfs_inode_set_reclaimable', { ino, count, cpu }),
      ]),
    ],
  ];
}
