/**
 * The tracepoints of the simulated kernel and the fields of each: the one table for the agents that hit them and for
 * whoever reads them. Names and fields are those of Linux 6.1 (tracefs events/GROUP/NAME/format), camelCased; `cpu` and
 * `task` say where and by whom, which a real trace has beside the event. The probes flush_*, prune_icache_*,
 * reclaim_nr_*, alloc_stall_*, syscall_* and out_of_memory stand at entry and exit of kernel functions; fs_shutdown
 * (xfs_force_shutdown is silent about a log error), inode_census, memory_touched and node_watermark are the model's
 * own.
 */
import type { AgentId, TraceHit } from '@dragon/engine';
import type { Tracepoint } from '@dragon/statechart';
import type { InodeCensus } from './census.ts';
import type { ShutdownPlace } from './messages.ts';

/**
 * What a hit may say of where, by whom and for which inodes it is. A trace has the first two beside the event, and an
 * event for each of the `count` inodes from `ino`.
 */
export type HitContext = {
  readonly cpu: number;
  readonly task: AgentId;
  readonly ino: number;
  readonly count: number;
};

type Acting = Pick<HitContext, 'task' | 'cpu'>;
type OnCpu = Pick<HitContext, 'cpu'>;
type OfTask = Pick<HitContext, 'task'>;
type Inodes = Pick<HitContext, 'ino' | 'count'>;
type Queueing = OnCpu & Inodes & OfTask & { readonly items: number };
type Shrinking = { readonly shrink: string; readonly nid: number };
type GfpFlags = 'GFP_KERNEL' | 'GFP_NOFS';

/** System calls whose whole length somebody wants to know. */
export type Syscall = 'statfs' | 'stat' | 'mount' | 'umount';

export interface TracepointFields {
  readonly alloc_stall_begin: Acting;
  readonly alloc_stall_end: Acting;
  readonly flush_begin: OnCpu;
  readonly flush_end: OnCpu;
  readonly fs_shutdown: { readonly where: ShutdownPlace };
  readonly inode_census: InodeCensus;
  /** `comm` and `pid` name the victim, `pages` are its anonymous ones. */
  readonly mark_victim: OfTask & { readonly comm: string; readonly pid: number; readonly pages: number };
  /** A task has all the anonymous memory that it wants. */
  readonly memory_touched: OfTask & { readonly pages: number };
  readonly mm_shrink_slab_start: Shrinking & {
    readonly nrObjectsToShrink: number;
    readonly gfpFlags: GfpFlags;
    readonly cacheItems: number;
    readonly delta: number;
    readonly totalScan: number;
    readonly priority: number;
  };
  readonly mm_shrink_slab_end: Shrinking & {
    readonly unusedScan: number;
    readonly newScan: number;
    readonly retval: number;
    readonly totalScan: number;
  };
  readonly mm_vmscan_direct_reclaim_begin: Acting & { readonly gfpFlags: GfpFlags };
  readonly mm_vmscan_direct_reclaim_end: Acting & { readonly nrReclaimed: number };
  readonly mm_vmscan_kswapd_sleep: Acting & { readonly nid: number };
  readonly mm_vmscan_kswapd_wake: Acting & { readonly nid: number };
  readonly mm_vmscan_lru_shrink_inactive: OfTask & {
    readonly nid: number;
    readonly nrScanned: number;
    readonly nrReclaimed: number;
    readonly priority: number;
  };
  readonly mm_vmscan_wakeup_kswapd: OfTask & { readonly nid: number };
  readonly node_watermark: {
    readonly nid: number;
    readonly level: 'min' | 'low' | 'high' | 'ok';
    readonly free: number;
    readonly memAvailable: number;
  };
  /** Of a GFP_NOFS caller it kills nobody. */
  readonly out_of_memory: OfTask & { readonly nid: number; readonly gfpFlags: GfpFlags };
  readonly prune_icache_begin: { readonly [field: string]: never };
  readonly prune_icache_end: { readonly freed: number };
  readonly reclaim_nr_begin: { readonly nr: number };
  readonly reclaim_nr_end: { readonly ret: number };
  readonly reclaim_retry_zone: Acting & {
    readonly node: number;
    readonly reclaimable: number;
    readonly available: number;
    readonly minWmark: number;
    readonly noProgressLoops: number;
    readonly wmarkCheck: boolean;
  };
  readonly syscall_begin: { readonly call: Syscall };
  readonly syscall_end: { readonly call: Syscall };
  readonly throttle_direct_reclaim: OfTask & { readonly nid: number; readonly gfpFs: boolean };
  readonly workqueue_execute_start: OnCpu;
  readonly workqueue_execute_end: OnCpu;
  readonly xfs_inode_inactivating: OnCpu & Pick<HitContext, 'ino'> & Partial<Pick<HitContext, 'count'>>;
  readonly xfs_inode_reclaiming: Inodes & Partial<OfTask>;
  readonly xfs_inode_set_need_inactive: Queueing;
  readonly xfs_inode_set_reclaimable: OnCpu & Inodes;
  readonly xfs_inodegc_queue: Queueing;
  readonly xfs_inodegc_shrinker_scan: OfTask & { readonly nrToScan: number };
  readonly xfs_inodegc_throttle: Acting;
  readonly xfs_inodegc_worker: OnCpu & { readonly shrinkerHits: number; readonly items: number };
}

export type TracepointName = keyof TracepointFields;

/** A hit of one of them, as an observer hands it on: `event` tells which fields it has. */
export type KernelHit<Name extends TracepointName = TracepointName> = {
  [Each in Name]: Pick<TraceHit, 'at' | 'agent'> & { readonly event: Each; readonly fields: TracepointFields[Each] };
}[Name];

/** Returns the hit with the types of its fields: agents of the kernel hit nothing but what the table has. */
export function kernelHit(seen: TraceHit): KernelHit {
  return seen as KernelHit;
}

/** Returns the task that the hit names, else the agent that hit it. */
export function actingTask({ agent, fields }: KernelHit): AgentId {
  const { task }: Partial<OfTask> & { readonly [field: string]: unknown } = fields;
  return task ?? agent;
}

/** Returns the effect of hitting a tracepoint. */
export function hit<Name extends TracepointName>(event: Name, fields: TracepointFields[Name]): Tracepoint {
  return { kind: 'trace', event, fields };
}
