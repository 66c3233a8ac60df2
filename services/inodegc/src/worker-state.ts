/** How an inodegc agent's context changes: pure functions behind the actions of its chart. */
import type { AgentId, ResourceFacts } from '@dragon/engine';
import {
  abandonFlush,
  type AllocContext,
  allocatorContext,
  allInodes,
  DIRECT_RECLAIM_CALLER,
  EMPTY_INODE_LIST,
  EMPTY_QUEUE,
  type Flusher,
  flushers,
  flushWork,
  IDLE_WORK,
  type Inode,
  type InodegcQueue,
  inodegcWork,
  type InodeRun,
  modDelayedWork,
  type Policy,
  type QueueCaller,
  queueInodes,
  released,
  requestPages,
  runBegun,
  timerFired,
  type WorkItem,
} from '@dragon/kernel';

/** `node`: the NUMA node of the CPU. `lowSpace`: less than 5 % of the file system is free. */
export type InodegcParams = {
  readonly node: number;
  readonly cpu: number;
  readonly policy: Policy;
  readonly lowSpace?: boolean;
};

export type InodegcContext = AllocContext & {
  readonly queue: InodegcQueue;
  readonly work: WorkItem;
  /** Those who wait for the low watermark (throttle=watermarks). */
  readonly lowWaiters: readonly Flusher[];
  /** What the running instance took and has not begun, newest run first: in no counter of the kernel's. */
  readonly batch: Batch;
  /** Inactivated, and not yet handed over to the cache. */
  readonly done: readonly InodeRun[];
  /** What the last message asked for, for its reply. */
  readonly outcome: Outcome;
  readonly resources: readonly ResourceFacts[];
};

/**
 * A list that a run took, in the order of queueing, and where the worker is in it: it comes from the end, and `left`
 * inodes of the run at `at` are to be done.
 */
type Batch = {
  readonly runs: readonly InodeRun[];
  readonly at: number;
  readonly left: number;
  readonly count: number;
};

const NO_BATCH: Batch = { runs: [], at: -1, left: 0, count: 0 };

const wholeBatch = (runs: readonly InodeRun[], count: number): Batch => ({
  runs,
  at: runs.length - 1,
  left: runs.at(-1)?.count ?? 0,
  count,
});

type Outcome = {
  readonly taken: readonly InodeRun[];
  readonly count: number;
  readonly throttle: boolean;
  /** The list went from empty to non-empty or back. */
  readonly listChanged: boolean;
  /** Those whose wait is over. */
  readonly woken: readonly Flusher[];
};

type Change = Partial<InodegcContext>;

const NOTHING: Outcome = { taken: [], count: 0, throttle: false, listChanged: false, woken: [] };

export function initialContext(params: InodegcParams & { readonly self: AgentId }): InodegcContext {
  return {
    ...allocatorContext({
      self: params.self,
      policy: params.policy,
      cpus: [params.cpu],
      node: params.node,
      gfpFs: params.policy.workerContext === 'gfp-kernel',
      calledFrom: [],
      thread: 'worker',
    }),
    queue: params.lowSpace === true ? { ...EMPTY_QUEUE, lowSpace: true } : EMPTY_QUEUE,
    work: IDLE_WORK,
    lowWaiters: [],
    batch: NO_BATCH,
    done: [],
    outcome: NOTHING,
    resources: [],
  };
}

/** xfs_inodegc_queue, inode by inode, up to the first that throttles. */
export function queued(context: InodegcContext, inodes: readonly InodeRun[], caller: QueueCaller): Change {
  const result = queueInodes(context.queue, inodes, caller, context.policy);
  return {
    queue: result.queue,
    outcome: {
      ...NOTHING,
      taken: result.taken,
      count: result.count,
      throttle: result.throttle,
      listChanged: context.queue.list.count === 0,
    },
    ...(result.queue.enabled ? withWork(context, modDelayedWork(context.work, result.immediate)) : {}),
  };
}

/**
 * xfs_inodegc_shrinker_scan for this CPU: nothing while inactivation is disabled, or if the worker has taken the list
 * in the meantime.
 */
export function shrinkerHit(context: InodegcContext): Change {
  if (!context.queue.enabled || context.queue.list.count === 0) return {};
  return {
    queue: { ...context.queue, shrinkerHits: context.queue.shrinkerHits + 1 },
    ...withWork(context, modDelayedWork(context.work, true)),
  };
}

/** xfs_inodegc_queue_all for this CPU: the work starts at once if there is anything to do. */
export function pushed(context: InodegcContext): Change {
  if (!context.queue.enabled || context.queue.list.count === 0) return {};
  return withWork(context, modDelayedWork(context.work, true));
}

/**
 * xfs_inodegc_stop lets what is queued run (its caller waits for that by a flush); xfs_inodegc_start queues the work
 * again.
 */
export function enabledChanged(context: InodegcContext, enabled: boolean): Change {
  const next = { ...context, queue: { ...context.queue, enabled: true } };
  const change = pushed(next);
  return { ...change, queue: { ...context.queue, enabled } };
}

/** flush_delayed_work. */
export function flushed(context: InodegcContext, flusher: Flusher): Change {
  const { work, waits } = flushWork(context.work, flusher);
  return { outcome: { ...NOTHING, woken: waits ? [] : [flusher] }, ...withWork(context, work) };
}

/** Waits until the backlog is down to the low mark; the work is started as a flush would. */
export function awaitingLow(context: InodegcContext, flusher: Flusher): Change {
  const work = context.work.armed ? timerFired(context.work) : context.work;
  if (isLow(context)) return { outcome: { ...NOTHING, woken: [flusher] }, ...withWork(context, work) };
  const lowWaiters = [...context.lowWaiters, flusher];
  return { outcome: NOTHING, lowWaiters, ...withWork({ ...context, lowWaiters }, work) };
}

export function flushAbandoned(context: InodegcContext, flusher: Flusher): Change {
  return withWork(context, abandonFlush(context.work, flusher));
}

export function fired(context: InodegcContext): Change {
  return withWork(context, timerFired(context.work));
}

/**
 * The worker starts: it takes the whole list, newest inode first, and zeroes the counters - the hits only if it found
 * something.
 */
export function runStarted(context: InodegcContext): Change {
  const { list, shrinkerHits } = context.queue;
  return {
    queue: { ...context.queue, list: EMPTY_INODE_LIST, items: 0, shrinkerHits: list.count === 0 ? shrinkerHits : 0 },
    batch: wholeBatch(allInodes(list), list.count),
    outcome: { ...NOTHING, listChanged: list.count > 0 },
    ...withWork(context, runBegun(context.work)),
  };
}

/** Inodes whose log items fit into a page, estimated. */
const INODES_PER_LOG_PAGE = 32;

const WORKER_STACK = ['xfs_inodegc_worker', 'process_one_work', 'worker_thread', 'kthread', 'ret_from_fork'];

/** xfs_trans_alloc and what the log needs for the batch, asked for at once. It does without if it cannot have it. */
export function memoryRequested({ batch }: InodegcContext): Change {
  return {
    caller: [...DIRECT_RECLAIM_CALLER, 'kmem_cache_alloc', 'xfs_trans_alloc', 'xfs_inactive', ...WORKER_STACK],
    ...requestPages({ pages: Math.ceil(batch.count / INODES_PER_LOG_PAGE), use: 'slab', retry: 'no-retry' }),
  };
}

/** The batch is begun. */
export function batchBegun(context: InodegcContext): Change {
  return { ...inodeTaken(context), caller: WORKER_STACK };
}

/** The run is over: the kworker comes to the barriers of those who waited for it alone. */
export function runEnded(context: InodegcContext): Change {
  const { work } = context;
  const barriers = work.scheduled.map((flusher) => ({ kind: 'barrier', flusher }) as const);
  return {
    inode: null,
    ...withWork(context, { ...work, running: false, scheduled: [], pool: [...barriers, ...work.pool] }),
  };
}

/** The kworker comes to a barrier. */
export function barrierReached(context: InodegcContext): Change {
  const [first, ...pool] = context.work.pool;
  const woken = first?.kind === 'barrier' ? [first.flusher] : [];
  return { outcome: { ...NOTHING, woken }, ...withWork(context, { ...context.work, pool }) };
}

/** The list is a stack (llist): the last run comes first, and in it the last inode. */
function inodeTaken(context: InodegcContext): Change {
  const { runs, at, left, count } = context.batch;
  const run = runs[at];
  if (run === undefined) throw new Error('the batch is empty');
  const inode = { ino: run.ino + left - 1, fate: run.fate };
  const next = left > 1 ? { at, left: left - 1 } : { at: at - 1, left: runs[at - 1]?.count ?? 0 };
  return { batch: { runs, ...next, count: count - 1 }, inode };
}

/** xfs_inodegc_set_reclaimable: the inode at hand is done. Neighbours done one after the other are one run. */
export function inodeDone(context: InodegcContext): Change {
  const after = { ...context, inode: null };
  const done = withInode(context.done, context.inode);
  if (context.lowWaiters.length === 0 || !isLow(after)) return { inode: null, done, outcome: NOTHING };
  const woken = { lowWaiters: [] };
  return {
    inode: null,
    done,
    outcome: { ...NOTHING, woken: context.lowWaiters },
    ...woken,
    ...withWork({ ...after, ...woken }, context.work),
  };
}

/** The inode at hand is done, and the next one is taken. */
export function inodeDoneAndNext(context: InodegcContext): Change {
  const change = inodeDone(context);
  return { ...change, ...inodeTaken(context) };
}

/** The same after all that was done before has been handed over. */
export function groupHandedOver(context: InodegcContext): Change {
  return inodeDoneAndNext({ ...context, done: [] });
}

/** What is done has been handed over. */
export function handedOver(): Change {
  return { done: [] };
}

function withInode(runs: readonly InodeRun[], inode: Inode | null): readonly InodeRun[] {
  if (inode === null) throw new Error('no inode is being inactivated');
  const last = runs.at(-1);
  if (last?.ino !== inode.ino + 1 || last.fate !== inode.fate) return [...runs, { ...inode, count: 1 }];
  return [...runs.slice(0, -1), { ...last, ino: inode.ino, count: last.count + 1 }];
}

function isLow(context: InodegcContext): boolean {
  const low = context.policy.throttle.kind === 'watermarks' ? context.policy.throttle.low : 0;
  const backlog = context.queue.list.count + context.batch.count + (context.inode === null ? 0 : 1);
  return backlog <= low;
}

/**
 * Returns the new work together with what the wait-for graph is told: the kworker owes the work to all who wait for it
 * while it runs or is queued.
 */
function withWork(context: InodegcContext, work: WorkItem): Pick<InodegcContext, 'work' | 'task' | 'resources'> {
  const resource = inodegcWork(context.cpu);
  const busy = isBusy(work);
  const waiters = [...flushers(work), ...context.lowWaiters].map((flusher) => flusher.task);
  return {
    work,
    task:
      busy === isBusy(context.work)
        ? context.task
        : busy
          ? { ...context.task, holds: [{ resource, mode: '' }, ...context.task.holds] }
          : released(context.task, resource),
    resources: sameResource(context.resources, busy, waiters)
      ? context.resources
      : busy || waiters.length > 0
        ? [{ resource, holders: [context.self], waiters }]
        : [],
  };
}

const isBusy = (work: WorkItem): boolean => work.running || work.pool.length > 0;

/** A queue that nobody waits for changes at every enqueue: keep the facts unless they say something else. */
function sameResource(resources: readonly ResourceFacts[], busy: boolean, waiters: readonly AgentId[]): boolean {
  const [known] = resources;
  if (known === undefined) return !busy && waiters.length === 0;
  return (
    (busy || waiters.length > 0) &&
    known.waiters.length === waiters.length &&
    known.waiters.every((task, i) => task === waiters[i])
  );
}
