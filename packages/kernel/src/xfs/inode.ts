/** Inodes as the agents pass them around: runs of neighbours with the same fate. */

/**
 * What an inode needs when it is evicted (kernel reference 2.4, 2.5).
 * - `clean`: nothing; it is reclaimable at once.
 * - `postEof`: linked, with blocks past end of file: a transaction that needs the AGF.
 * - `unlinked`: nlink 0, with blocks: a truncate (AGF), then ifree (AGI).
 * - `unlinkedEmpty`: nlink 0, without blocks: ifree (AGI) only.
 */
export type InodeFate = 'clean' | 'postEof' | 'unlinked' | 'unlinkedEmpty';

/** `count` inodes numbered from `ino` upwards, all in one allocation group. */
export type InodeRun = { readonly ino: number; readonly count: number; readonly fate: InodeFate };

/** The inode that a thread inactivates. */
export type Inode = { readonly ino: number; readonly fate: InodeFate };

/** As in XFS, the AG number is in the high bits of an inode number; 24 low bits are enough here. */
const INODES_PER_AG = 16_777_216;

/** Returns the number of inode `agino` of allocation group `ag` (XFS_AGINO_TO_INO). */
export function inodeNumber(ag: number, agino: number): number {
  return ag * INODES_PER_AG + agino;
}

/** Returns the allocation group of an inode (XFS_INO_TO_AGNO). */
export function agOf(ino: number): number {
  return Math.floor(ino / INODES_PER_AG);
}

/** Returns how many inodes the runs hold. */
export function countInodes(runs: readonly InodeRun[]): number {
  return runs.reduce((sum, run) => sum + run.count, 0);
}

/** Splits the first `count` inodes off: `[taken, rest]`. Takes all if there are fewer. */
export function takeInodes(runs: readonly InodeRun[], count: number): readonly [InodeRun[], InodeRun[]] {
  const taken: InodeRun[] = [];
  let wanted = count;
  let next = 0;
  for (; next < runs.length && wanted > 0; next += 1) {
    const run = runs[next] as InodeRun;
    if (run.count > wanted) {
      taken.push({ ...run, count: wanted });
      return [taken, [{ ...run, ino: run.ino + wanted, count: run.count - wanted }, ...runs.slice(next + 1)]];
    }
    taken.push(run);
    wanted -= run.count;
  }
  return [taken, runs.slice(next)];
}

/** Returns whether `next` continues `run`: neighbours with the same fate, in one allocation group. */
export function continuesRun(run: InodeRun, next: InodeRun): boolean {
  return run.ino + run.count === next.ino && run.fate === next.fate && agOf(run.ino) === agOf(next.ino);
}

/** Adds a run to the end of a list that is being made: to the last run if it continues that. */
export function pushRun(runs: InodeRun[], run: InodeRun): void {
  const last = runs[runs.length - 1];
  if (last !== undefined && continuesRun(last, run))
    runs[runs.length - 1] = { ino: last.ino, count: last.count + run.count, fate: last.fate };
  else runs.push(run);
}

/** Returns the runs with another fate: what they needed when they were evicted has been done. */
export function withFate(runs: readonly InodeRun[], fate: InodeFate): InodeRun[] {
  return runs.map((run) => (run.fate === fate ? run : { ...run, fate }));
}
