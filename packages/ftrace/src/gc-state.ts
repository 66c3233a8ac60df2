/**
 * Knowledge of one inodegc queue of a real kernel: its list, its counters within bounds, the run that is going on.
 * Linux 6.1 fs/xfs/xfs_mount.h struct xfs_inodegc.
 */
import type { VirtualTime } from '@dragon/engine';
import type { RecordedEvent } from './kernel-event.ts';

/** An inode on a list. `ino` is undefined if the event that names it was not recorded. */
export type QueuedInode = {
  readonly ino: number | string | undefined;
  readonly at: VirtualTime;
  readonly comm: string;
};

/** A count of which only bounds are known; usually both are the same. */
export type Bounds = { readonly low: number; readonly high: number };

export const ZERO: Bounds = { low: 0, high: 0 };
export const UNKNOWN: Bounds = { low: 0, high: Number.POSITIVE_INFINITY };

/** What a run of the worker took. `certain` is false if the list was not known when it began. */
export type Batch = {
  readonly pid: number;
  readonly at: VirtualTime;
  /** What said so: without the worker's event, its first inode. */
  readonly event: RecordedEvent<'xfs_inodegc_worker' | 'xfs_inode_inactivating'>;
  /** Newest last, as queued; runs take from the end. */
  readonly waiting: QueuedInode[];
  /**
   * How many of `waiting`, the newest, were queued while the worker was taking the list: some may belong to the next
   * run.
   */
  window: number;
  certain: boolean;
  /** How many inodes it inactivated, and how many of them were not on the list as far as the trace tells. */
  ran: number;
  strangers: number;
};

/** The queue of one mount on one CPU. */
export type GcState = {
  readonly dev: string;
  readonly cpu: number;
  /** The list since the worker last took it, oldest first. */
  list: QueuedInode[];
  /** Whether `list` is all of it. */
  certain: boolean;
  items: Bounds;
  hits: Bounds;
  batch: Batch | undefined;
  /** What the counter was before the worker cleared it: a kick that read it before may write it after. */
  cleared: number;
  /** The kicks from other CPUs since the worker cleared the counter, and `hits.low` before each. */
  kicks: { readonly at: VirtualTime; readonly low: number }[];
  /** `list.length` when the worker's work began to execute; -1 if it has not. */
  listAtStart: number;
  /** When it began to execute; -1 if it has not. */
  executing: VirtualTime;
  /** The address of its timer, once armed. */
  timer: string | undefined;
};

/** How many at the front of the list were queued before `at`. */
export function queuedBefore(list: readonly QueuedInode[], at: VirtualTime): number {
  let count = list.length;
  while (count > 0 && (list[count - 1]?.at ?? 0) >= at) count -= 1;
  return count;
}

/**
 * The first inode of a run tells how much of what was queued while the list was taken belongs to the run: what is newer
 * than that inode does not.
 */
export function settleWindow(gc: GcState, batch: Batch, ino: QueuedInode['ino']): void {
  const first = batch.waiting.length - batch.window;
  const index = batch.waiting.findLastIndex((each) => each.ino === ino);
  const later = index < first - 1 ? 0 : batch.waiting.length - 1 - index;
  const leftOver = batch.waiting.splice(batch.waiting.length - later, later);
  gc.list.unshift(...leftOver);
  gc.items = { low: gc.items.low, high: gc.items.high - (batch.window - leftOver.length) };
  batch.window = 0;
}
