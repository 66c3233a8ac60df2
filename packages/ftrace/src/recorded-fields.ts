/**
 * The events of a recorded trace that a rule or a statistic knows, and the fields of each: the one table for the parser
 * and for all who read events. Names are the kernel's, camelCased (`nr_to_scan` -> `nrToScan`). What the simulator's
 * agents hit, too, has at least the fields of the kernel's tracepoint table; a field that only they have, or that only
 * some kernels print, may be absent (`?`).
 */
import type { HitContext, TracepointFields, TracepointName } from '@dragon/kernel';

/** A field without `?` is in every line of its event: a line that lacks it is malformed, as is an empty text. */
type Slot = 'number' | 'number?' | 'text' | 'text?';

/** What becomes of a hit's field: who and where stand beside the event, and what is true is printed as 1. */
type SlotOf<Value> = [Exclude<Value, undefined>] extends [string] ? 'text' | 'text?' : 'number' | 'number?';
type Beside = Exclude<keyof HitContext, 'ino'>;
type Slots = { readonly [field: string]: Slot };
type Hit = {
  readonly [Name in TracepointName]?: Slots & {
    readonly [Field in Exclude<keyof TracepointFields[Name], Beside>]: SlotOf<TracepointFields[Name][Field]>;
  };
};
type Table = Hit & { readonly [event: string]: Slots };

const MOUNT = { dev: 'text' } as const;
const WORK = { work: 'text', function: 'text?' } as const;

export const RECORDED_FIELDS = {
  flush_begin: { probe: 'text?' },
  flush_end: { probe: 'text?' },
  mark_victim: { pid: 'number', comm: 'text?', pages: 'number?' },
  mm_shrink_slab_start: {
    shrink: 'text',
    shr: 'text',
    nid: 'number?',
    memcgId: 'number?',
    nrObjectsToShrink: 'number',
    gfpFlags: 'text?',
    pgsScanned: 'number?',
    lruPgs: 'number?',
    cacheItems: 'number',
    delta: 'number',
    totalScan: 'number',
    priority: 'number?',
  },
  mm_shrink_slab_end: {
    shrink: 'text',
    shr: 'text',
    nid: 'number?',
    memcgId: 'number?',
    unusedScan: 'number',
    newScan: 'number',
    totalScan: 'number',
    retval: 'number',
  },
  mm_vmscan_direct_reclaim_begin: { order: 'number', gfpFlags: 'text?' },
  mm_vmscan_direct_reclaim_end: { nrReclaimed: 'number' },
  mm_vmscan_kswapd_sleep: { nid: 'number' },
  mm_vmscan_kswapd_wake: { nid: 'number', order: 'number' },
  mm_vmscan_lru_shrink_inactive: { nid: 'number', nrScanned: 'number', nrReclaimed: 'number', priority: 'number?' },
  mm_vmscan_wakeup_kswapd: { nid: 'number', order: 'number', gfpFlags: 'text?' },
  oom_score_adj_update: { pid: 'number', oomScoreAdj: 'number' },
  prune_icache_begin: { probe: 'text?' },
  prune_icache_end: { probe: 'text?', freed: 'number?' },
  reclaim_nr_begin: { probe: 'text?', nr: 'number?' },
  reclaim_nr_end: { probe: 'text?', ret: 'number?' },
  reclaim_retry_zone: {
    node: 'number',
    zone: 'text',
    order: 'number',
    reclaimable: 'number',
    available: 'number',
    minWmark: 'number',
    noProgressLoops: 'number',
    wmarkCheck: 'number',
  },
  sched_switch: {
    prevComm: 'text?',
    prevPid: 'number',
    prevPrio: 'number',
    prevState: 'text',
    nextComm: 'text?',
    nextPid: 'number',
    nextPrio: 'number',
  },
  sched_wakeup: { comm: 'text?', pid: 'number' },
  sched_waking: { comm: 'text?', pid: 'number' },
  timer_expire_entry: { timer: 'text', function: 'text?', now: 'number', baseclk: 'number?' },
  timer_start: { timer: 'text', function: 'text', expires: 'number', timeout: 'number' },
  tracing_mark_write: { text: 'text?' },
  wake_reaper: { pid: 'number' },
  workqueue_execute_end: WORK,
  workqueue_execute_start: WORK,
  workqueue_queue_work: { work: 'text', function: 'text', cpu: 'number' },
  xfs_inode_inactivating: { dev: 'text', ino: 'number' },
  xfs_inode_reclaiming: { dev: 'text', ino: 'number' },
  xfs_inode_set_need_inactive: { dev: 'text', ino: 'number', iflags: 'number?', items: 'number?' },
  xfs_inode_set_reclaimable: { dev: 'text', ino: 'number' },
  xfs_inodegc_flush: MOUNT,
  xfs_inodegc_push: MOUNT,
  /** The kernel's names no inode. */
  xfs_inodegc_queue: { dev: 'text', ino: 'number?', items: 'number?' },
  xfs_inodegc_shrinker_scan: { dev: 'text', nrToScan: 'number' },
  xfs_inodegc_start: MOUNT,
  xfs_inodegc_stop: MOUNT,
  xfs_inodegc_throttle: MOUNT,
  xfs_inodegc_worker: { dev: 'text', shrinkerHits: 'number', items: 'number?' },
} as const satisfies Table;

export type RecordedName = keyof typeof RECORDED_FIELDS;
type SlotsOf<Name extends RecordedName> = (typeof RECORDED_FIELDS)[Name];

/** The fields of an event; of one of several events, those that all of them have. */
export type FieldOf<Name extends RecordedName> = keyof SlotsOf<Name> & string;

/** Those that are numbers. */
export type NumberField<Name extends RecordedName> = {
  [Field in FieldOf<Name>]: SlotsOf<Name>[Field] extends 'number' | 'number?' ? Field : never;
}[FieldOf<Name>];

const names: ReadonlySet<string> = new Set(Object.keys(RECORDED_FIELDS));

/** Whether a rule or a statistic knows the event. */
export function isRecorded(event: string): event is RecordedName {
  return names.has(event);
}
