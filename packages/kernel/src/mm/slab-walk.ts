/**
 * One walk of shrink_slab as its thread sees it: where it is in the list of shrinkers, in the scan of one, in the
 * disposal of what that isolated.
 */
import {
  afterBatch,
  afterStop,
  beginScan,
  deferredAfter,
  nextBatch,
  scanFunction,
  worksWithoutFs,
  type ShrinkerInfo,
} from './do-shrink-slab.ts';
import { NEW_WALK, NO_ANSWER, type ObjectsScanned, type SlabWalk, walkChanged } from './walk-state.ts';
import type { Projection, Tracepoint } from '@dragon/statechart';
import { type Geometry, wholeGeometry } from '../geometry.ts';
import { S_UMOUNT } from '../locking/resources.ts';
import type { QueueCaller, TaskMessage } from '../messages.ts';
import { holding, released, RUNNING, type Task } from '../sched/task.ts';
import { hit } from '../tracepoints.ts';
import type { InactivateContext } from '../xfs/inactivate-chart.ts';
import { type InodeRun, takeInodes } from '../xfs/inode.ts';
import { queueOf, type ThrottleContext } from '../xfs/throttle-chart.ts';

/** What the chart needs of its thread's context: `caller` as the charts in it want it, too. */
export type ReclaimContext = InactivateContext &
  ThrottleContext & {
    readonly self: string;
    readonly geometry: Geometry;
    /** CPUs this thread may run on; `cpu` is the one it is on, which may be another at each enqueue. */
    readonly cpus: readonly number[];
    /** The NUMA node of the walk; 0 if there is no other. */
    readonly node?: number;
    /** GFP_KERNEL has __GFP_FS, GFP_NOFS has not. */
    readonly gfpFs: boolean;
    readonly kswapd: boolean;
    /** `current->reclaim_state` is set: kswapd and direct reclaim, not drop_caches. */
    readonly reclaimState: boolean;
    readonly priority: number;
    readonly walk: SlabWalk;
  };

/** What of it is no behaviour. */
export const reclaimProjection = {
  constants: ['self', 'policy', 'geometry', 'cpus', 'node', 'gfpFs', 'kswapd'],
  bookkeeping: ['task', 'caller'],
} as const satisfies Projection<ReclaimContext>;

/** Who reclaims, and how; `geometry` is the kernel's but for what it says. */
export type Reclaimer = Pick<
  ReclaimContext,
  'self' | 'policy' | 'cpus' | 'gfpFs' | 'kswapd' | 'reclaimState' | 'priority' | 'caller'
> & { readonly geometry?: Partial<Geometry> | undefined };

/**
 * Returns the context of a thread that has not begun a walk; a machine adds its own to it. Spelled out: there is one
 * for each CPU, and a spread takes several times as long.
 */
export function reclaimContext(reclaimer: Reclaimer): ReclaimContext {
  const { self, policy, cpus, gfpFs, kswapd, reclaimState, priority, caller, geometry } = reclaimer;
  return {
    self,
    policy,
    cpus,
    gfpFs,
    kswapd,
    reclaimState,
    priority,
    caller,
    geometry: wholeGeometry(geometry),
    cpu: cpus[0] ?? 0,
    task: RUNNING,
    frozen: null,
    walk: NEW_WALK,
    inode: null,
    neighbours: 0,
    queuedOn: null,
    token: 0,
  };
}

type Change = Partial<ReclaimContext>;
type InodesReclaimed = Extract<TaskMessage, { type: 'task.inodesReclaimed' }>;
type RcuFreed = Extract<TaskMessage, { type: 'task.rcuFreed' }>;

/**
 * What xfs_inodegc_queue sees of this thread. Reclaim is never inside a transaction here, and its NOFS callers stop
 * before they get so far.
 */
export function queueCaller(context: ReclaimContext): QueueCaller {
  return {
    journalInfo: false,
    nofs: !context.gfpFs,
    kswapd: context.kswapd,
    reclaimState: context.reclaimState,
    disarmed: context.walk.disarmed,
    nearQuota: false,
  };
}

export function walkEntered(context: ReclaimContext, lock: string | null): Change {
  return {
    // RCU may have freed something in an interrupt since the last walk of this round or pass.
    walk: walkChanged(NEW_WALK, { lock, credit: context.walk.credit }),
    task: lock === null ? context.task : holding(context.task, lock, 'R'),
  };
}

/** The registry chose the next shrinker; `lock` is the reference that it took for this thread, if it keeps such. */
export function shrinkerChosen(
  context: ReclaimContext,
  shrinker: ShrinkerInfo | null,
  nrDeferred: number,
  lock: string | null,
): Change {
  const task = without(context.task, context.walk.reference);
  return {
    walk: walkChanged(context.walk, { reference: lock, shrinker, nrDeferred, scan: null, disarmed: false }),
    task: lock === null ? task : holding(task, lock, 'R'),
  };
}

/** Whoever evicts without a scan disposes of `inodes` as a scan does of what it isolated. */
export function inodesToDispose({ walk }: ReclaimContext, dispose: readonly InodeRun[]): Change {
  return { walk: walkChanged(walk, { dispose }) };
}

/** count_objects answered. With nothing to count do_shrink_slab returns before it touches the deferred count. */
export function objectsCounted(context: ReclaimContext, count: number): Change {
  const { shrinker, nrDeferred } = context.walk;
  if (shrinker === null || count === 0) return {};
  const scan = beginScan(shrinker, count, nrDeferred, context.priority);
  return { walk: walkChanged(context.walk, { scan, anyNofs: context.walk.anyNofs || worksWithoutFs(shrinker) }) };
}

/** Returns how many objects to ask the shrinker at hand for; 0 when done with it. */
export function objectsToScan({ walk }: ReclaimContext): number {
  return walk.shrinker === null || walk.scan === null ? 0 : nextBatch(walk.shrinker, walk.scan);
}

/** Returns what goes back to nr_deferred of the shrinker at hand. */
export function deferredCount({ walk }: ReclaimContext): number {
  return walk.scan === null ? walk.nrDeferred : deferredAfter(walk.scan);
}

export function objectsScanned(context: ReclaimContext, answer: Omit<ObjectsScanned, 'type'>): Change {
  const { freed, stop, dentries, fsShare, dispose, credit, remote } = answer;
  return {
    walk: walkChanged(context.walk, {
      inside: answer.umountHeld,
      dispose,
      answer: { freed, stop, dentries, fsShare, remote: remote?.count ?? 0, askServer: remote?.askServer ?? false },
      asked: objectsToScan(context),
      disarmed: false,
      credit: context.walk.credit + credit,
    }),
    task: answer.umountHeld ? holding(context.task, S_UMOUNT, 'R') : context.task,
  };
}

/** Returns how many inodes of an NFS client are evicted next: one, if its server is asked for each. */
export function remoteBatch({ walk: { answer } }: ReclaimContext): number {
  return answer.askServer ? 1 : answer.remote;
}

export function remoteEvicted(context: ReclaimContext): Change {
  const { answer } = context.walk;
  return { walk: walkChanged(context.walk, { answer: { ...answer, remote: answer.remote - remoteBatch(context) } }) };
}

/**
 * Returns whether the scan call at hand went into the superblock: only then is there something to prune, evict and
 * reclaim.
 */
export function isInSuperblock({ walk }: ReclaimContext): boolean {
  return walk.inside;
}

/** Returns how many dentries and inodes the LRU walks of the scan call at hand looked at. */
export function objectsLookedAt({ walk }: ReclaimContext): number {
  return Math.max(0, walk.asked - walk.answer.fsShare);
}

/** xfs_reclaim_inodes_nr is over. */
export function inodesReclaimed({ walk }: ReclaimContext, { looked, freed, credit }: InodesReclaimed): Change {
  return { walk: walkChanged(walk, { looked, reclaimed: freed, credit: walk.credit + credit }) };
}

/** __free_slab in an interrupt, as `current->reclaim_state` is set. */
export function rcuCredited({ walk }: ReclaimContext, { pages }: RcuFreed): Change {
  return { walk: walkChanged(walk, { credit: walk.credit + pages }) };
}

/** Takes what is evicted together: the next inodes that need inactivation, or the next that do not. */
export function evictionBegun(context: ReclaimContext): Change {
  const { evictBatch } = context.geometry;
  const isClean = context.walk.dispose[0]?.fate === 'clean';
  let size = 0;
  for (const { fate, count } of context.walk.dispose) {
    if ((fate === 'clean') !== isClean || size >= evictBatch) break;
    size += count;
  }
  const [evicted, dispose] = takeInodes(context.walk.dispose, Math.min(evictBatch, size));
  return { walk: walkChanged(context.walk, { evicted, dispose }) };
}

/** What was evicted needs no inactivation, and has gone on. */
export function cleanEvicted({ walk }: ReclaimContext): Change {
  return { walk: walkChanged(walk, { evicted: [] }) };
}

export function inodesQueued(context: ReclaimContext, count: number): Change {
  const [, evicted] = takeInodes(context.walk.evicted, count);
  return { walk: walkChanged(context.walk, { evicted }), queuedOn: context.cpu };
}

/** The timeout of a wait passed. */
export function flushAbandoned({ walk, token }: ReclaimContext): Change {
  return { walk: walkChanged(walk, { disarmed: true }), token: token === 0 ? 1 : 0 };
}

export function debtNoted(context: ReclaimContext): Change {
  const debts = [...new Set([...context.walk.debts, queueOf(context)])];
  return { walk: walkChanged(context.walk, { disarmed: true, debts }) };
}

/** The next debt is about to be paid. */
export function debtTaken({ walk }: ReclaimContext): Change {
  return { queuedOn: walk.debts[0] ?? null };
}

export function debtPaid({ walk }: ReclaimContext): Change {
  return { walk: walkChanged(walk, { debts: walk.debts.slice(1) }), queuedOn: null };
}

/** Takes the next evicted inode to be inactivated by this thread itself (throttle=inline). */
export function inlineInodeTaken(context: ReclaimContext): Change {
  const [[run], evicted] = takeInodes(context.walk.evicted, 1);
  if (run === undefined) throw new Error('no evicted inode left');
  return { walk: walkChanged(context.walk, { evicted }), inode: { ino: run.ino, fate: run.fate } };
}

/** One scan_objects call is over, disposal included. SHRINK_STOP ends the scan of this shrinker. */
export function scanDone(context: ReclaimContext): Change {
  const { walk } = context;
  if (walk.scan === null) return {};
  const { freed, stop } = walk.answer;
  const scan = stop ? afterStop(walk.scan) : afterBatch(walk.scan, walk.asked, freed);
  return {
    walk: walkChanged(walk, {
      inside: false,
      scan,
      answer: NO_ANSWER,
      asked: 0,
      looked: 0,
      reclaimed: 0,
      disarmed: false,
      freed: walk.freed + (stop ? 0 : freed),
    }),
    task: without(context.task, walk.inside ? S_UMOUNT : null),
  };
}

/** mm_shrink_slab_start, unless there is nothing to count. */
export function scanStartHits({ walk, node = 0, gfpFs, priority }: ReclaimContext): Tracepoint[] {
  if (walk.shrinker === null || walk.scan === null) return [];
  return [
    hit('mm_shrink_slab_start', {
      shrink: scanFunction(walk.shrinker),
      nid: node,
      nrObjectsToShrink: walk.scan.nrDeferred,
      gfpFlags: gfpFs ? 'GFP_KERNEL' : 'GFP_NOFS',
      cacheItems: walk.scan.freeable,
      delta: walk.scan.delta,
      totalScan: walk.scan.total,
      priority,
    }),
  ];
}

/**
 * mm_shrink_slab_end. `newScan` is what this walk gives back: nr_deferred itself, if no other walk gave something back
 * meanwhile.
 */
export function scanEndHits({ walk, node = 0 }: ReclaimContext): Tracepoint[] {
  if (walk.shrinker === null || walk.scan === null) return [];
  const { nrDeferred, freed, total } = walk.scan;
  return [
    hit('mm_shrink_slab_end', {
      shrink: scanFunction(walk.shrinker),
      nid: node,
      unusedScan: nrDeferred,
      newScan: deferredAfter(walk.scan),
      retval: freed,
      totalScan: total,
    }),
  ];
}

export function walkLeft(context: ReclaimContext): Change {
  const { lock, reference } = context.walk;
  return {
    walk: walkChanged(context.walk, { lock: null, reference: null, debts: debtsOutside(context) }),
    task: without(without(context.task, reference), lock),
  };
}

/** Under throttle=allocators direct reclaim waits for the worker of its CPU, too, even if it has evicted nothing. */
function debtsOutside({
  walk: { debts },
  policy,
  reclaimState,
  kswapd,
  gfpFs,
  cpu,
}: ReclaimContext): readonly number[] {
  const owesAlways = policy.throttle.kind === 'allocators' && reclaimState && !kswapd && gfpFs;
  return owesAlways && !debts.includes(cpu) ? [...debts, cpu] : debts;
}

function without(task: Task, lock: string | null): Task {
  return lock === null ? task : released(task, lock);
}
