/**
 * The batch of a run of the inodegc worker: the inodes that it took off its CPU's list and has not begun. They are in
 * no counter of the kernel's. The list is a stack (llist), so the worker comes from its end.
 */
import type { Inode, InodeRun } from '@dragon/kernel';

/** `runs` in the order of queueing; `left` inodes of the run at `at` are to be done, and `count` in all. */
export type Batch = {
  readonly runs: readonly InodeRun[];
  readonly at: number;
  readonly left: number;
  readonly count: number;
};

/** A batch with one inode less, which is at hand. */
export type TakenInode = { readonly batch: Batch; readonly inode: Inode };

export const NO_BATCH: Batch = { runs: [], at: -1, left: 0, count: 0 };

/** Returns the batch of `runs`, of `count` inodes, that is not begun. */
export function wholeBatch(runs: readonly InodeRun[], count: number): Batch {
  return count === 0 ? NO_BATCH : { runs, at: runs.length - 1, left: runs.at(-1)?.count ?? 0, count };
}

/** Takes the last inode of the last run. */
export function lastInodeTaken({ runs, at, left, count }: Batch): TakenInode {
  const run = runs[at];
  if (run === undefined) throw new Error('the batch is empty');
  const inode = { ino: run.ino + left - 1, fate: run.fate };
  if (count === 1) return { batch: NO_BATCH, inode };
  const batch =
    left > 1
      ? { runs, at, left: left - 1, count: count - 1 }
      : { runs, at: at - 1, left: runs[at - 1]?.count ?? 0, count: count - 1 };
  return { batch, inode };
}

/** Returns the runs that are not begun, in the order of queueing. */
export function inodesLeft({ runs, at, left }: Batch): InodeRun[] {
  return runs.slice(0, at + 1).map((run, i) => (i === at ? { ...run, count: left } : run));
}
