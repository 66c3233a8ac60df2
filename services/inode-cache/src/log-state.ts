/** What the cache keeps of its log: the checkpoints under way, and how far the AIL has been pushed. */
import type { AgentId } from '@dragon/engine';
import type { InodeList } from '@dragon/kernel';
import { type Logged, loggedCount, NOTHING_LOGGED } from './logged-bytes.ts';

/** `cil` of the context has all inodes that are pinned: first those of `recordWaits`, then those of `committing`. */
export type Checkpoints = {
  /** Inodes that were made, in the CIL. */
  readonly made: number;
  /** Writers of files whose inodes are in the CIL. */
  readonly written: readonly AgentId[];
  /** Written but for the iclog that the commit record is in. */
  readonly recordWaits: Logged;
  /** On its way to the log. */
  readonly committing: Logged;
  /** The iclog with the commit record of what is on its way, or waits, is to be written as well. */
  readonly stable: boolean;
  readonly forceWanted: boolean;
  /** xfs_log_worker pushes the AIL when it has forced the log. */
  readonly workerForces: boolean;
  /** Who waits for a force that has not begun, and for the one that has. */
  readonly forcers: readonly AgentId[];
  readonly forced: readonly AgentId[];
};

/** What is logged and not in the log yet. */
export type Cil = { readonly cil: InodeList; readonly checkpoints: Checkpoints };

/** Returns how many inodes are pinned. */
export function pinnedCount({ cil, checkpoints: { made, written, recordWaits, committing } }: Cil): number {
  // Those that were inactivated are all in `cil`.
  const others = (logged: Logged): number => loggedCount(logged) - logged.inodes;
  return cil.count + made + written.length + others(recordWaits) + others(committing);
}

export const NO_CHECKPOINTS: Checkpoints = {
  made: 0,
  written: [],
  recordWaits: NOTHING_LOGGED,
  committing: NOTHING_LOGGED,
  stable: false,
  forceWanted: false,
  workerForces: false,
  forcers: [],
  forced: [],
};

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
