/**
 * A workload as a file has it: machine and tasks of a run, inferred from the trace of a real kernel or written by hand.
 * Times are milliseconds since the start, sizes are pages of 4 KiB.
 */
import type { FileGroups, InodeFate } from '@dragon/kernel';

export const WORKLOAD_FORMAT = 'sleeping-dragon workload';
export const WORKLOAD_VERSION = 1;

/** How long a sleep lasts: at probabilities from 0 to 1, milliseconds. */
export type PauseMs = readonly (readonly [probability: number, ms: number])[];

interface Task {
  readonly comm: string;
  /** The CPU that it begins on. */
  readonly cpu: number;
  readonly startMs: number;
}

/** Unlinks files, with a sleep after each if it has a pause, and calls statfs at its end. */
interface UnlinkTask extends Task {
  readonly kind: 'unlink';
  readonly files: number;
  readonly fate: InodeFate;
  readonly ag: FileGroups;
  readonly pauseMs?: PauseMs | undefined;
  readonly statfs?: boolean | undefined;
}

/** Makes files of so many pages, in bursts with a sleep between, and unlinks each when `window` more were made. */
interface ChurnTask extends Task {
  readonly kind: 'churn';
  readonly files: number;
  readonly window: number;
  readonly burst: number;
  readonly pages: number;
  readonly ag: FileGroups;
  readonly pauseMs: PauseMs;
}

/** Takes anonymous memory, a chunk after the other with a sleep between, and holds it to the end. */
interface AllocateTask extends Task {
  readonly kind: 'allocate';
  readonly pages: number;
  readonly chunk: number;
  readonly pauseMs: PauseMs;
}

/** Writes a file, and may read it back. */
interface StreamTask extends Task {
  readonly kind: 'stream';
  readonly pages: number;
  readonly chunk: number;
  readonly readBack: boolean;
  readonly pauseMs: PauseMs;
}

/** Writes to its file and calls fsync, or fdatasync, with a sleep after each. */
interface FsyncTask extends Task {
  readonly kind: 'fsync';
  readonly datasync: boolean;
  readonly pauseMs: PauseMs;
}

/** echo 2 > /proc/sys/vm/drop_caches */
interface DropCachesTask extends Task {
  readonly kind: 'drop-caches';
}

/** Freezes the file system for so long. */
interface FreezeTask extends Task {
  readonly kind: 'freeze';
  readonly forMs: number;
}

/** Unmounts the file system; whatever else uses it should have ended. */
interface UnmountTask extends Task {
  readonly kind: 'unmount';
}

export type WorkloadTask =
  | UnlinkTask
  | ChurnTask
  | AllocateTask
  | StreamTask
  | FsyncTask
  | DropCachesTask
  | FreezeTask
  | UnmountTask;

/** What memory is like at the start. */
export interface WorkloadMemory {
  readonly managedPages: number;
  readonly freePages: number;
  /** vm.min_free_kbytes; what the kernel makes of the memory's size if it is not there. */
  readonly minFreeKbytes?: number | undefined;
  /** Clean page cache of files that stay open. */
  readonly pageCachePages: number;
  /** Closed inodes in the cache, and how many in a hundred of them have to be inactivated when they go. */
  readonly cachedInodes: number;
  readonly needInactivationPercent: number;
}

export interface Workload {
  readonly format: typeof WORKLOAD_FORMAT;
  readonly version: typeof WORKLOAD_VERSION;
  readonly cpus: number;
  /** The CPUs are virtual, and run in turn on one thread of their host. */
  readonly oneHostThread?: boolean | undefined;
  /** How long the run is. */
  readonly forMs: number;
  /** Allocation groups of the file system. */
  readonly ags: number;
  /** Memory is no concern where this is absent. */
  readonly memory?: WorkloadMemory | undefined;
  readonly tasks: readonly WorkloadTask[];
}
