/**
 * What the events of a trace tell of the machine and of the workload that it was recorded on: `FoundWorkload` of
 * packages/ftrace, as far as a workload is made of it. Times are nanoseconds on the trace's clock.
 */
import type { VirtualTime } from '@dragon/engine';

export interface RecordedRemoval {
  readonly comm: string;
  readonly pid: number;
  readonly dev: string;
  readonly cpu: number;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly files: number;
  readonly empty: number;
  readonly again: number;
  readonly between: number | undefined;
  readonly group: number | undefined;
  readonly apart: readonly (readonly [probability: number, ns: VirtualTime])[];
  readonly burst: number;
  readonly far: VirtualTime;
}

export interface RecordedReclaimer {
  readonly comm: string;
  readonly pid: number;
  readonly cpu: number;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly anonymous: number;
  readonly written: number;
  readonly read: number;
  readonly other: number;
  readonly pages: number;
  readonly kernelThread: boolean;
}

export interface RecordedDemand {
  readonly reclaimers: readonly RecordedReclaimer[];
  readonly kswapdWokenAt: VirtualTime | undefined;
  readonly directAt: VirtualTime | undefined;
  readonly lruPages: number;
  readonly leastCache: number | undefined;
  readonly minWmark: number | undefined;
  readonly lastFree: number | undefined;
  readonly cacheItems: number | undefined;
  readonly reclaimableThen: number;
  readonly evicted: number;
  readonly evictedClean: number;
  readonly reclaimed: number;
  readonly oomKilled: readonly number[];
}

export interface RecordedDeed {
  readonly comm: string;
  readonly pid: number;
  readonly cpu: number;
  readonly at: VirtualTime;
}

export interface RecordedFacts {
  readonly cpus: number;
  readonly firstAt: VirtualTime;
  readonly lastAt: VirtualTime;
  readonly marks: readonly { readonly at: VirtualTime; readonly text: string }[];
  readonly removals: readonly RecordedRemoval[];
  readonly omitted: number;
  readonly demand: RecordedDemand;
  readonly cacheDrops: readonly RecordedDeed[];
  readonly pushes: readonly RecordedDeed[];
  readonly flushes: readonly RecordedDeed[];
  readonly stops: readonly RecordedDeed[];
  readonly starts: readonly RecordedDeed[];
  readonly events: ReadonlySet<string>;
}
