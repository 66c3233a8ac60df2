/**
 * What the events of a trace tell of the machine and of the workload that it was recorded on: found by whoever reads
 * traces, and made a world by whoever has scenarios. Times are nanoseconds on the trace's clock.
 */
import type { VirtualTime } from '@dragon/engine';

/** What one task removed, without a long pause; times are nanoseconds. */
export type RecordedRemoval = {
  readonly comm: string;
  readonly pid: number;
  readonly dev: string;
  /** Where it began. */
  readonly cpu: number;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly files: number;
  /** Of them, those without data, and those with blocks past their end. */
  readonly empty: number;
  readonly tagged: number;
  /** Numbers that were removed once already, and how many others were in between, as a rule: it makes them itself. */
  readonly again: number;
  readonly between: number | undefined;
  /** Of which parts of the file system they are, one after the other: inode numbers divided by `GROUP`. */
  readonly groups: readonly { readonly group: number; readonly files: number }[];
  /** From one inode to the next, without what others had of the CPU; at probabilities 0 to 1. */
  readonly apart: readonly (readonly [probability: number, ns: VirtualTime])[];
  /** How many come between two that are far apart, and how far that is as a rule. */
  readonly burst: number;
  readonly far: VirtualTime;
};

/** A task that had to reclaim, or to wake kswapd: how often, for what. */
export type RecordedReclaimer = {
  readonly comm: string;
  readonly pid: number;
  readonly cpu: number;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly anonymous: number;
  /** Page cache: of files that it writes, of files that it reads. */
  readonly written: number;
  readonly read: number;
  readonly other: number;
  /** Pages that it reclaimed. */
  readonly pages: number;
  /** A thread of the kernel: what it wants is no part of a workload. */
  readonly kernelThread: boolean;
};

/** Counts are pages and inodes of the whole trace. */
export type RecordedDemand = {
  readonly reclaimers: readonly RecordedReclaimer[];
  /** When kswapd was first woken, and when somebody first had to reclaim by himself. */
  readonly kswapdWokenAt: VirtualTime | undefined;
  readonly directAt: VirtualTime | undefined;
  /** Pages that reclaim took from the LRU. */
  readonly lruPages: number;
  /** The smallest page cache that the retry logic saw, and the lowest min watermark that it looked at. */
  readonly leastCache: number | undefined;
  readonly minWmark: number | undefined;
  /** Free pages when the retry logic last looked. */
  readonly lastFree: number | undefined;
  /** Objects of the largest superblock when it was first counted, and inodes that had become reclaimable until then. */
  readonly cacheItems: number | undefined;
  readonly reclaimableThen: number;
  /** Inodes that reclaim evicted: those that needed inactivation, and those that did not. */
  readonly evicted: number;
  readonly evictedClean: number;
  /** Inodes whose memory came back. */
  readonly reclaimed: number;
  readonly oomKilled: readonly number[];
};

/** A task did something once. */
export type RecordedDeed = {
  readonly comm: string;
  readonly pid: number;
  readonly cpu: number;
  readonly at: VirtualTime;
};

export type RecordedFacts = {
  /** CPUs seen. */
  readonly cpus: number;
  /** They are virtual, and share a thread of their host; undefined if that cannot be told. */
  readonly oneHostThread: boolean | undefined;
  readonly firstAt: VirtualTime;
  readonly lastAt: VirtualTime;
  /** What the workload wrote into the trace, in order. */
  readonly marks: readonly { readonly at: VirtualTime; readonly text: string }[];
  readonly removals: readonly RecordedRemoval[];
  /** Removals of tasks that there was no room for. */
  readonly omitted: number;
  readonly demand: RecordedDemand;
  /** Walks of the shrinkers by tasks that are not in want of memory. */
  readonly cacheDrops: readonly RecordedDeed[];
  /** inodegc pushed, as statfs does; flushed, as umount does; stopped and started again, as a freeze does. */
  readonly pushes: readonly RecordedDeed[];
  readonly flushes: readonly RecordedDeed[];
  readonly stops: readonly RecordedDeed[];
  readonly starts: readonly RecordedDeed[];
  /** Of the stops, those of tasks that then freed inodes themselves: the file system was unmounted. */
  readonly unmounts: readonly RecordedDeed[];
  /** Names of the events that are in the trace. */
  readonly events: ReadonlySet<string>;
};
