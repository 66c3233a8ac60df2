/** One walk of shrink_slab as its thread sees it: where it is in the list of shrinkers, in the scan of one, in the disposal of what that isolated. */
import type { Hold } from '@dragon/engine';
import { afterBatch, beginScan, deferredAfter, nextBatch, type ShrinkerInfo, type SlabScan } from './do-shrink-slab.ts';
import { type Inode, type InodeRun, takeInodes } from './inode.ts';
import type { QueueCaller } from './messages.ts';
import type { Policy } from './policy.ts';
import { holding, released, type Task } from './task.ts';

/** Inodes evicted between two looks at the clock: dispose_list calls cond_resched after each, and 32 fill a cluster buffer. */
export const EVICT_BATCH = 32;

export type SlabWalk = {
  /** The shrinker at hand, and what the next one is reached from. */
  readonly shrinker: ShrinkerInfo | null;
  readonly nrDeferred: number;
  readonly scan: SlabScan | null;
  /** What scan_objects isolated and this thread must still evict. */
  readonly dispose: readonly InodeRun[];
  /** Evicted, and on their way to an inodegc queue. */
  readonly evicted: readonly InodeRun[];
  /** What scan_objects answered: objects freed, and whether it said SHRINK_STOP. */
  readonly answer: { readonly freed: number; readonly stop: boolean };
  readonly asked: number;
  /** A timed wait ran out, or a debt was noted, in this scan call. */
  readonly disarmed: boolean;
  /** CPUs whose worker this thread must wait for once it is outside (throttle=outside-rwsem). */
  readonly debts: readonly number[];
  /** Objects freed by the whole walk, as drop_slab reads it. */
  readonly freed: number;
};

export const NEW_WALK: SlabWalk = {
  shrinker: null,
  nrDeferred: 0,
  scan: null,
  dispose: [],
  evicted: [],
  answer: { freed: 0, stop: false },
  asked: 0,
  disarmed: false,
  debts: [],
  freed: 0,
};

/** What the chart needs of its thread's context. */
export type ReclaimContext = {
  readonly self: string;
  readonly task: Task;
  readonly policy: Policy;
  /** CPUs this thread may run on; it may be on another at each enqueue. */
  readonly cpus: readonly number[];
  readonly cpu: number;
  /** GFP_KERNEL has __GFP_FS, GFP_NOFS has not. */
  readonly gfpFs: boolean;
  readonly kswapd: boolean;
  /** `current->reclaim_state` is set: kswapd and direct reclaim, not drop_caches. */
  readonly reclaimState: boolean;
  readonly priority: number;
  readonly walk: SlabWalk;
  readonly inode: Inode | null;
  readonly caller: readonly string[];
  /** Tells this thread's flushes apart. */
  readonly token: number;
};

type Change = Partial<ReclaimContext>;

/** What xfs_inodegc_queue sees of this thread. Reclaim is never inside a transaction here, and its NOFS callers stop before they get so far. */
export function queueCaller(context: ReclaimContext): QueueCaller {
  return {
    journalInfo: false,
    nofs: !context.gfpFs,
    kswapd: context.kswapd,
    reclaimState: context.reclaimState,
    disarmed: context.walk.disarmed,
  };
}

export function entered(context: ReclaimContext, lock: string | null): Change {
  return { walk: NEW_WALK, task: lock === null ? context.task : holding(context.task, lock, 'R') };
}

/** The registry chose the next shrinker; `lock` is the reference that it took for this thread, if it keeps such. */
export function chosen(
  context: ReclaimContext,
  shrinker: ShrinkerInfo | null,
  nrDeferred: number,
  lock: string | null,
): Change {
  const task = withoutReferences(context.task);
  return {
    walk: { ...context.walk, shrinker, nrDeferred, scan: null, disarmed: false },
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

export function scanned(
  context: ReclaimContext,
  answer: {
    readonly freed: number;
    readonly stop: boolean;
    readonly dispose: readonly InodeRun[];
    readonly umountHeld: boolean;
  },
): Change {
  const { freed, stop, dispose } = answer;
  return {
    walk: { ...context.walk, dispose, answer: { freed, stop }, asked: objectsToScan(context), disarmed: false },
    task: answer.umountHeld ? holding(context.task, 's_umount', 'R') : context.task,
  };
}

/** Takes what is evicted together: neighbours of one fate. */
export function takeForEviction(context: ReclaimContext): Change {
  const size = Math.min(EVICT_BATCH, context.walk.dispose[0]?.count ?? 0);
  const [evicted, dispose] = takeInodes(context.walk.dispose, size);
  return { walk: { ...context.walk, evicted, dispose } };
}

export function queuedSome(context: ReclaimContext, count: number): Change {
  const [, evicted] = takeInodes(context.walk.evicted, count);
  return { walk: { ...context.walk, evicted } };
}

export function debtNoted(context: ReclaimContext): Change {
  return { walk: { ...context.walk, disarmed: true, debts: [...new Set([...context.walk.debts, context.cpu])] } };
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
  const scan = stop ? { ...walk.scan, total: -1 } : afterBatch(walk.scan, walk.asked, freed);
  return {
    walk: { ...walk, scan, freed: walk.freed + (stop ? 0 : freed) },
    task: withoutLock(context.task, 's_umount'),
  };
}

export function left(context: ReclaimContext): Change {
  return {
    task: context.task.holds
      .filter(isWalkLock)
      .reduce((task, hold) => released(task, hold.resource), withoutReferences(context.task)),
  };
}

const isWalkLock = (hold: Hold): boolean => hold.resource === 'shrinker_rwsem' || hold.resource === 'shrinkers.srcu';

function withoutReferences(task: Task): Task {
  return task.holds
    .filter((hold) => hold.resource.startsWith('shrinker '))
    .reduce((held, hold) => released(held, hold.resource), task);
}

function withoutLock(task: Task, resource: string): Task {
  return task.holds.some((hold) => hold.resource === resource) ? released(task, resource) : task;
}
