/**
 * The tracepoints of the simulated kernel and the fields of each: the one table for the agents that hit them and for
 * whoever reads them. Names and fields are those of Linux 6.1 (tracefs events/GROUP/NAME/format), camelCased; `cpu` and
 * `task` say where and by whom, which a real trace has beside the event. The probes flush_*, prune_icache_*, reclaim_nr_*
 * and alloc_stall_* stand at entry and exit of kernel functions; inode_census and node_watermark are the model's own.
 */
import type { AgentId } from '@dragon/engine';
import type { Tracepoint } from '@dragon/statechart';

type Acting = { readonly task: AgentId; readonly cpu: number };
type OnCpu = { readonly cpu: number };
type Inodes = { readonly ino: number; readonly count: number };
type Queueing = OnCpu & Inodes & { readonly task: AgentId; readonly items: number };
type Shrinking = { readonly shrink: string; readonly nid: number };
type GfpFlags = 'GFP_KERNEL' | 'GFP_NOFS';

/** Where every inode is, by population. */
export type CensusFields = {
  readonly live: number;
  /** Closed, behind a cached dentry. */
  readonly dentries: number;
  readonly pageCached: number;
  readonly lru: number;
  readonly freeing: number;
  readonly pinned: number;
  readonly dirty: number;
  readonly clean: number;
  readonly rcu: number;
  /** Inodes in the slabs, counted there. */
  readonly slabObjects: number;
  readonly slabPages: number;
};

export interface TracepointFields {
  readonly alloc_stall_begin: Acting;
  readonly alloc_stall_end: Acting;
  readonly flush_begin: OnCpu;
  readonly flush_end: OnCpu;
  readonly inode_census: CensusFields;
  /** `comm` and `pid` name the victim, `pages` are its anonymous ones. */
  readonly mark_victim: {
    readonly task: AgentId;
    readonly comm: string;
    readonly pid: number;
    readonly pages: number;
  };
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
  readonly mm_vmscan_lru_shrink_inactive: {
    readonly nid: number;
    readonly nrScanned: number;
    readonly nrReclaimed: number;
    readonly priority: number;
    readonly task: AgentId;
  };
  readonly mm_vmscan_wakeup_kswapd: { readonly nid: number; readonly task: AgentId };
  readonly node_watermark: {
    readonly nid: number;
    readonly level: 'min' | 'low' | 'high' | 'ok';
    readonly free: number;
    readonly memAvailable: number;
  };
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
  readonly throttle_direct_reclaim: { readonly nid: number; readonly gfpFs: boolean; readonly task: AgentId };
  readonly workqueue_execute_start: OnCpu;
  readonly workqueue_execute_end: OnCpu;
  readonly xfs_inode_inactivating: OnCpu & { readonly ino: number; readonly count?: number };
  readonly xfs_inode_reclaiming: Inodes & { readonly task?: AgentId };
  readonly xfs_inode_set_need_inactive: Queueing;
  readonly xfs_inode_set_reclaimable: OnCpu & Inodes;
  readonly xfs_inodegc_queue: Queueing;
  readonly xfs_inodegc_shrinker_scan: { readonly nrToScan: number; readonly task: AgentId };
  readonly xfs_inodegc_throttle: OnCpu & { readonly task: AgentId };
  readonly xfs_inodegc_worker: OnCpu & { readonly shrinkerHits: number; readonly items: number };
}

export type TracepointName = keyof TracepointFields;

/** A hit of one of them, as an observer hands it on: `hit.event` tells which fields it has. */
export type KernelHit = {
  [Name in TracepointName]: { readonly event: Name; readonly fields: TracepointFields[Name] };
}[TracepointName];

/** Returns the effect of hitting a tracepoint. */
export function hit<Name extends TracepointName>(event: Name, fields: TracepointFields[Name]): Tracepoint {
  return { kind: 'trace', event, fields: fields as Tracepoint['fields'] };
}
