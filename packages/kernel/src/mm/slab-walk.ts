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
  type ShrinkerInfo,
  type SlabScan,
} from './do-shrink-slab.ts';
import { S_UMOUNT } from '../locking/resources.ts';
import type { Tracepoint } from '@dragon/statechart';
import { type Inode, type InodeRun, takeInodes } from '../xfs/inode.ts';
import type { QueueCaller, TaskMessage } from '../messages.ts';
import type { Policy } from '../policy/policy.ts';
import { holding, released, type Task } from '../sched/task.ts';

/**
 * Inodes evicted between two looks at the clock: dispose_list calls cond_resched after each, and 32 fill a cluster
 * buffer.
 */
export const EVICT_BATCH = 32;

export type SlabWalk = {
  /** What the walk holds: the lock of the list, the reference to the shrinker at hand; null for what is not kept. */
  readonly lock: string | null;
  readonly reference: string | null;
  /** The scan call at hand went into the superblock and holds s_umount. */
  readonly inside: boolean;
  /** The shrinker at hand, and what the next one is reached from. */
  readonly shrinker: ShrinkerInfo | null;
  readonly nrDeferred: number;
  readonly scan: SlabScan | null;
  /** What scan_objects isolated and this thread must still evict. */
  readonly dispose: readonly InodeRun[];
  /** Evicted, and on their way to an inodegc queue. */
  readonly evicted: readonly InodeRun[];
  /** The CPU whose queue the last of them went to: it stays the one to wait for when the thread goes on elsewhere. */
  readonly queuedOn: number;
  /** What scan_objects answered. */
  readonly answer: ScanAnswer;
  readonly asked: number;
  /** Inodes that xfs_reclaim_inodes_nr looked at in this scan call. */
  readonly looked: number;
  /** A timed wait ran out, or a debt was noted, in this scan call. */
  readonly disarmed: boolean;
  /** CPUs whose worker this thread must wait for once it is outside (throttle=outside-rwsem). */
  readonly debts: readonly number[];
  /** Objects freed by the whole walk, as drop_slab reads it: dentries, inodes, buffers. */
  readonly freed: number;
  /** Pages that the whole walk gave back in this thread's own context: `reclaim_state->reclaimed_slab`. */
  readonly credit: number;
};

type ObjectsScanned = Extract<TaskMessage, { type: 'task.objectsScanned' }>;
type ScanAnswer = Pick<ObjectsScanned, 'freed' | 'stop' | 'dentries' | 'fsShare'>;

export const NEW_WALK: SlabWalk = {
  lock: null,
  reference: null,
  inside: false,
  shrinker: null,
  nrDeferred: 0,
  scan: null,
  dispose: [],
  evicted: [],
  queuedOn: 0,
  answer: { freed: 0, stop: false, dentries: 0, fsShare: 0 },
  asked: 0,
  looked: 0,
  disarmed: false,
  debts: [],
  freed: 0,
  credit: 0,
};

/** What the chart needs of its thread's context. */
export type ReclaimContext = {
  readonly self: string;
  readonly task: Task;
  readonly policy: Policy;
  /** CPUs this thread may run on, and the one it is on: it may be another at each enqueue. */
  readonly cpus: readonly number[];
  readonly cpu: number;
  /** The NUMA node of the walk; 0 if there is no other. */
  readonly node?: number;
  /** GFP_KERNEL has __GFP_FS, GFP_NOFS has not. */
  readonly gfpFs: boolean;
  readonly kswapd: boolean;
  /** `current->reclaim_state` is set: kswapd and direct reclaim, not drop_caches. */
  readonly reclaimState: boolean;
  readonly priority: number;
  readonly walk: SlabWalk;
  readonly inode: Inode | null;
  /** How many inodes stand next to it on its list of unlinked inodes. */
  readonly neighbours: number;
  readonly caller: readonly string[];
  /** Tells this thread's flushes apart. */
  readonly token: number;
};

type Change = Partial<ReclaimContext>;

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

export function entered(context: ReclaimContext, lock: string | null): Change {
  return { walk: { ...NEW_WALK, lock }, task: lock === null ? context.task : holding(context.task, lock, 'R') };
}

/** The registry chose the next shrinker; `lock` is the reference that it took for this thread, if it keeps such. */
export function chosen(
  context: ReclaimContext,
  shrinker: ShrinkerInfo | null,
  nrDeferred: number,
  lock: string | null,
): Change {
  const task = without(context.task, context.walk.reference);
  return {
    walk: { ...context.walk, reference: lock, shrinker, nrDeferred, scan: null, disarmed: false },
    task: lock === null ? task : holding(task, lock, 'R'),
  };
}

/** count_objects answered. With nothing to count do_shrink_slab returns before it touches the deferred count. */
export function counted(context: ReclaimContext, count: number): Change {
  const { shrinker, nrDeferred } = context.walk;
  if (shrinker === null || count === 0) return {};
  return { walk: { ...context.walk, scan: beginScan(shrinker, count, nrDeferred, context.priority) } };
}

/** Returns how many objects to ask the shrinker at hand for; 0 when done with it. */
export function objectsToScan({ walk }: ReclaimContext): number {
  return walk.shrinker === null || walk.scan === null ? 0 : nextBatch(walk.shrinker, walk.scan);
}

/** Returns what goes back to nr_deferred of the shrinker at hand. */
export function deferred({ walk }: ReclaimContext): number {
  return walk.scan === null ? walk.nrDeferred : deferredAfter(walk.scan);
}

export function scanned(context: ReclaimContext, answer: Omit<ObjectsScanned, 'type'>): Change {
  const { freed, stop, dentries, fsShare, dispose, credit } = answer;
  return {
    walk: {
      ...context.walk,
      inside: answer.umountHeld,
      dispose,
      answer: { freed, stop, dentries, fsShare },
      asked: objectsToScan(context),
      disarmed: false,
      credit: context.walk.credit + credit,
    },
    task: answer.umountHeld ? holding(context.task, S_UMOUNT, 'R') : context.task,
  };
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
export function reclaimedInodes(context: ReclaimContext, looked: number, credit: number): Change {
  return { walk: { ...context.walk, looked, credit: context.walk.credit + credit } };
}

/** Takes what is evicted together: the next inodes that need inactivation, or the next that do not. */
export function takeForEviction(context: ReclaimContext): Change {
  const isClean = context.walk.dispose[0]?.fate === 'clean';
  let size = 0;
  for (const { fate, count } of context.walk.dispose) {
    if ((fate === 'clean') !== isClean || size >= EVICT_BATCH) break;
    size += count;
  }
  const [evicted, dispose] = takeInodes(context.walk.dispose, Math.min(EVICT_BATCH, size));
  return { walk: { ...context.walk, evicted, dispose } };
}

export function queuedSome(context: ReclaimContext, count: number): Change {
  const [, evicted] = takeInodes(context.walk.evicted, count);
  return { walk: { ...context.walk, evicted, queuedOn: context.cpu } };
}

export function debtNoted(context: ReclaimContext): Change {
  return {
    walk: { ...context.walk, disarmed: true, debts: [...new Set([...context.walk.debts, context.walk.queuedOn])] },
  };
}

export function debtPaid(context: ReclaimContext): Change {
  return { walk: { ...context.walk, debts: context.walk.debts.slice(1) } };
}

/** Takes the next evicted inode to be inactivated by this thread itself (throttle=inline). */
export function inodeForInline(context: ReclaimContext): Change {
  const [[run], evicted] = takeInodes(context.walk.evicted, 1);
  if (run === undefined) throw new Error('no evicted inode left');
  return { walk: { ...context.walk, evicted }, inode: { ino: run.ino, fate: run.fate } };
}

/** One scan_objects call is over, disposal included. SHRINK_STOP ends the scan of this shrinker. */
export function batchDone(context: ReclaimContext): Change {
  const { walk } = context;
  if (walk.scan === null) return {};
  const { freed, stop } = walk.answer;
  const scan = stop ? afterStop(walk.scan) : afterBatch(walk.scan, walk.asked, freed);
  return {
    walk: { ...walk, inside: false, scan, freed: walk.freed + (stop ? 0 : freed) },
    task: without(context.task, walk.inside ? S_UMOUNT : null),
  };
}

/** mm_shrink_slab_start, unless there is nothing to count. */
export function scanStart({ walk, node = 0, gfpFs, priority }: ReclaimContext): Tracepoint[] {
  if (walk.shrinker === null || walk.scan === null) return [];
  const fields = {
    shrink: scanFunction(walk.shrinker),
    nid: node,
    nrObjectsToShrink: walk.scan.nrDeferred,
    gfpFlags: gfpFs ? 'GFP_KERNEL' : 'GFP_NOFS',
    cacheItems: walk.scan.freeable,
    delta: walk.scan.delta,
    totalScan: walk.scan.total,
    priority,
  };
  return [{ kind: 'trace' as const, event: 'mm_shrink_slab_start', fields }];
}

/**
 * mm_shrink_slab_end. `newScan` is what this walk gives back: nr_deferred itself, if no other walk gave something back
 * meanwhile.
 */
export function scanEnd({ walk, node = 0 }: ReclaimContext): Tracepoint[] {
  if (walk.shrinker === null || walk.scan === null) return [];
  const { nrDeferred, freed, total } = walk.scan;
  const fields = {
    shrink: scanFunction(walk.shrinker),
    nid: node,
    unusedScan: nrDeferred,
    newScan: deferredAfter(walk.scan),
    retval: freed,
    totalScan: total,
  };
  return [{ kind: 'trace' as const, event: 'mm_shrink_slab_end', fields }];
}

export function left(context: ReclaimContext): Change {
  const { lock, reference } = context.walk;
  return {
    walk: { ...context.walk, lock: null, reference: null },
    task: without(without(context.task, reference), lock),
  };
}

function without(task: Task, lock: string | null): Task {
  return lock === null ? task : released(task, lock);
}
