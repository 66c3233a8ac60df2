/**
 * The state of an inodegc agent and how it changes: pure functions behind the actions of its chart. Those that return
 * an `Answer` also say what is sent and traced on account of the change.
 */
import type { AgentId, Effect, ResourceFacts } from '@dragon/engine';
import {
  abandonFlush,
  allInodes,
  type AllocContext,
  allocatorContext,
  allocProjection,
  allOf,
  countInodes,
  EMPTY_INODE_LIST,
  EMPTY_QUEUE,
  type Flusher,
  flushers,
  flushWork,
  type Geometry,
  hit,
  IDLE_WORK,
  inChunks,
  type Inode,
  type InodegcCensus,
  type InodegcQueue,
  inodegcWork,
  type InodeRun,
  onlyCpu,
  type Policy,
  type QueueCaller,
  queueInodes,
  released,
  runBegun,
  startWork,
  timerFired,
  toInodeCache,
  toTask,
  type WorkItem,
} from '@dragon/kernel';
import type { Answer, Projection, Send } from '@dragon/statechart';
import { NO_CLUSTER } from './cluster-buffer.ts';
import { stockFor, handedOver, type LogItemStock, logItemsUsed } from './log-item-stock.ts';
import { type Batch, inodesLeft, lastInodeTaken, NO_BATCH, type TakenInode, wholeBatch } from './batch.ts';

/** `node`: the NUMA node of the CPU. `lowSpace`: less than 5 % of the file system is free. */
export type InodegcParams = {
  readonly node: number;
  readonly cpu: number;
  readonly policy: Policy;
  readonly lowSpace?: boolean;
  /** CPUs of the machine; for how many inodes the slabs of this one have room at the start. */
  readonly machineCpus?: number;
  readonly room?: number;
  /** The buffers of inode clusters are modelled. */
  readonly clusterBuffers?: boolean;
  readonly geometry?: Partial<Geometry>;
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
  /** Memory for what it will log. */
  readonly stock: LogItemStock;
  /** The cluster whose buffer it had last, and so holds; null where buffers are not modelled. */
  readonly cluster: number | null;
  /** It has seen that the file system is shut down. */
  readonly shutDown: boolean;
  readonly resources: readonly ResourceFacts[];
};

/**
 * That the kworker is asleep in a run is behaviour: another kworker of the pool goes on meanwhile. All else in `task`
 * and `resources` repeats what the work and the batch say. Where the list is cut into chunks, and what a batch has
 * behind it, makes no difference.
 */
export const inodegcProjection: Projection<InodegcContext> = {
  constants: allocProjection.constants,
  bookkeeping: ['caller', 'resources'],
  normal: ({ task, resources: _derived, queue, batch, ...behaviour }) => ({
    ...behaviour,
    asleep: task.asleep,
    queue: { ...queue, list: allInodes(queue.list) },
    batch: inodesLeft(batch),
  }),
};

type Change = Partial<InodegcContext>;

/** Tells those whose wait is over. */
export const wokenUp = (waiters: readonly Flusher[]): Send[] =>
  waiters.map(({ task, token }) => toTask(task, { type: 'task.workFlushed', token }));

export const listChanged = (nonEmpty: boolean): Send =>
  toInodeCache({ type: 'inodeCache.inodegcListChanged', nonEmpty });

/** The same empty list for all workers. */
const NOTHING: readonly never[] = [];

export function initialContext(params: InodegcParams & { readonly self: AgentId }): InodegcContext {
  const { self, policy, cpu, node, geometry, machineCpus = 1, room = 0, lowSpace = false } = params;
  const context = allocatorContext({
    self,
    policy,
    cpus: onlyCpu(cpu),
    node,
    gfpFs: policy.workerContext === 'gfp-kernel',
    caller: 'inodegcAllocation',
    thread: 'worker',
    geometry,
  });
  return Object.assign(context, {
    queue: lowSpace ? { ...EMPTY_QUEUE, lowSpace } : EMPTY_QUEUE,
    work: IDLE_WORK,
    lowWaiters: NOTHING,
    batch: NO_BATCH,
    done: NOTHING,
    stock: stockFor(room, machineCpus),
    cluster: params.clusterBuffers === true ? NO_CLUSTER : null,
    shutDown: false,
    resources: NOTHING,
  });
}

/**
 * xfs_inodegc_queue by `task`, inode by inode, up to the first that throttles; while inactivation is disabled, or the
 * work is not started, all that is hit is xfs_inode_set_need_inactive before it.
 */
export function inodesQueued(
  context: InodegcContext,
  inodes: readonly InodeRun[],
  caller: QueueCaller,
  task: AgentId,
): Answer<InodegcContext> {
  const { cpu, policy, geometry } = context;
  const { queue, taken, count, immediate, throttle } = queueInodes(context.queue, inodes, caller, policy, geometry);
  const starts = queue.enabled && (immediate || policy.queue === 'delayed');
  const tracepoint = starts ? 'xfs_inodegc_queue' : 'xfs_inode_set_need_inactive';
  return [
    { queue, ...(queue.enabled ? withWork(context, startWork(context.work, policy.queue, immediate)) : {}) },
    [
      ...(context.queue.list.count === 0 ? [listChanged(true)] : []),
      ...taken.map((run) => hit(tracepoint, { cpu, task, ino: run.ino, count: run.count, items: queue.items })),
      ...(throttle ? [hit('xfs_inodegc_throttle', { cpu, task })] : []),
      toTask(task, { type: 'task.inodesQueued', count, throttle }),
    ],
  ];
}

/**
 * xfs_inodegc_shrinker_scan for this CPU: nothing while inactivation is disabled, or if the worker has taken the list
 * in the meantime.
 */
export function shrinkerHitCounted(context: InodegcContext): Change {
  if (!context.queue.enabled || context.queue.list.count === 0) return {};
  return {
    queue: { ...context.queue, shrinkerHits: context.queue.shrinkerHits + 1 },
    ...withWork(context, startWork(context.work, context.policy.queue, true)),
  };
}

/** xfs_inodegc_queue_all for this CPU: the work starts at once if there is anything to do. */
export function workPushed(context: InodegcContext): Change {
  if (!context.queue.enabled || context.queue.list.count === 0) return {};
  return withWork(context, startWork(context.work, context.policy.queue, true));
}

/**
 * xfs_inodegc_stop lets what is queued run (its caller waits for that by a flush); xfs_inodegc_start queues the work
 * again.
 */
export function enabledChanged(context: InodegcContext, enabled: boolean): Change {
  const next = { ...context, queue: { ...context.queue, enabled: true } };
  const change = workPushed(next);
  return { ...change, queue: { ...context.queue, enabled } };
}

/** flush_delayed_work. */
export function flushBegun(context: InodegcContext, flusher: Flusher): Answer<InodegcContext> {
  const { work, waits } = flushWork(context.work, flusher);
  return [withWork(context, work), waits ? [] : wokenUp([flusher])];
}

/** Waits until the backlog is down to the low mark; the work is started as a flush would. */
export function lowAwaited(context: InodegcContext, flusher: Flusher): Answer<InodegcContext> {
  const work = context.work.armed ? timerFired(context.work) : context.work;
  if (isLow(context)) return [withWork(context, work), wokenUp([flusher])];
  const lowWaiters = [...context.lowWaiters, flusher];
  return [{ lowWaiters, ...withWork({ ...context, lowWaiters }, work) }, []];
}

export function flushAbandoned(context: InodegcContext, flusher: Flusher): Change {
  return withWork(context, abandonFlush(context.work, flusher));
}

export function workTimerFired(context: InodegcContext): Change {
  return withWork(context, timerFired(context.work));
}

/**
 * The worker starts: it takes the whole list, newest inode first, and zeroes the counters. It finds something: the work
 * is queued for a list that is not empty, and only a run empties it.
 */
export function runStarted(context: InodegcContext): Answer<InodegcContext> {
  const { list } = context.queue;
  return [
    {
      queue: { ...context.queue, list: EMPTY_INODE_LIST, items: 0, shrinkerHits: 0 },
      batch: wholeBatch(allInodes(list), list.count),
      ...withWork(context, runBegun(context.work)),
    },
    [listChanged(false)],
  ];
}

/** The batch is begun. */
export function batchBegun(context: InodegcContext): Answer<InodegcContext> {
  const taken = lastInodeTaken(context.batch);
  return [{ ...taken, caller: 'inodegcWorker' }, [beginningHit(context, taken.inode)]];
}

/** The run is over: the kworker comes to the barriers of those who waited for it alone. */
export function runEnded(context: InodegcContext): Change {
  const { work } = context;
  const barriers = work.scheduled.map((flusher) => ({ kind: 'barrier', flusher }) as const);
  return {
    inode: null,
    neighbours: 0,
    ...withWork(context, { ...work, running: false, scheduled: [], pool: [...barriers, ...work.pool] }),
  };
}

/** The kworker comes to a barrier: complete() wakes the flusher. */
export function barrierReached(context: InodegcContext): Answer<InodegcContext> {
  const [first, ...pool] = context.work.pool;
  return [withWork(context, { ...context.work, pool }), wokenUp(first?.kind === 'barrier' ? [first.flusher] : [])];
}

const beginningHit = ({ cpu }: InodegcContext, { ino }: Inode): Effect =>
  hit('xfs_inode_inactivating', { ino, count: 1, cpu });

/**
 * xfs_inodegc_set_reclaimable: the inode at hand is done, and `next` is what taking another one changes. Neighbours
 * done one after the other are one run. If there is more to do, a cluster of inodes goes to the cache, with the next
 * one after it.
 */
export function inodeDone(context: InodegcContext, next: TakenInode | null): Answer<InodegcContext> {
  const { inode, cpu, geometry } = context;
  if (inode === null) throw new Error('no inode is being inactivated');
  const handsOver = next !== null && countInodes(context.done) >= geometry.inodesPerCluster;
  const done = withInode(handsOver ? [] : context.done, inode);
  const reclaimable = hit('xfs_inode_set_reclaimable', { ino: inode.ino, count: 1, cpu });
  const effects: Effect[] = handsOver ? [...doneSent(context), reclaimable] : [reclaimable];
  if (next !== null) effects.push(beginningHit(context, next.inode));
  // Spelled out, as are the runs: every inode of a large cache comes by here.
  const change =
    next === null
      ? { inode: null, neighbours: 0, done }
      : { batch: next.batch, inode: next.inode, neighbours: 0, done };
  if (handsOver) Object.assign(change, { stock: handedOver(context.stock) });
  if (context.lowWaiters.length === 0 || !isLow({ ...context, inode: null })) return [change, effects];
  const lowWaiters: readonly Flusher[] = [];
  return [
    { ...change, lowWaiters, ...withWork({ ...context, lowWaiters }, context.work) },
    [...effects, ...wokenUp(context.lowWaiters)],
  ];
}

/** The last inode of the batch is done. */
export function batchDone(context: InodegcContext): Answer<InodegcContext> {
  return logged(context, inodeDone(context, null));
}

/** An inode is done, and the next one is taken. */
export function nextInodeTaken(context: InodegcContext): Answer<InodegcContext> {
  return logged(context, inodeDone(context, lastInodeTaken(context.batch)));
}

/** What an inode that is done has cost, after what was handed over with it. */
function logged({ stock }: InodegcContext, [change, effects]: Answer<InodegcContext>): Answer<InodegcContext> {
  return [Object.assign(change, { stock: logItemsUsed(change.stock ?? stock) }), effects];
}

/** The kworker has done its batch: hands over what it has not yet. */
export function batchLeft(context: InodegcContext): Answer<InodegcContext> {
  return [{ done: [], stock: handedOver(context.stock) }, doneSent(context)];
}

function doneSent({ done, stock: { logged: count, itemPages } }: InodegcContext): Send[] {
  if (done.length === 0) return [];
  return [toInodeCache({ type: 'inodeCache.setReclaimable', inodes: done, logged: count, itemPages })];
}

function withInode(runs: readonly InodeRun[], inode: Inode): readonly InodeRun[] {
  const { ino, fate } = inode;
  const last = runs[runs.length - 1];
  if (last?.ino !== ino + 1 || last.fate !== fate) return [...runs, { ino, count: 1, fate }];
  return runs.with(runs.length - 1, { ino, count: last.count + 1, fate });
}

/** Returns what a census has of the CPU: done inodes are in the batch until they are handed over. */
export function inodegcCensus({ queue, batch, inode, done }: InodegcContext): InodegcCensus {
  return { queued: queue.list.count, batch: batch.count + (inode === null ? 0 : 1) + countInodes(done) };
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
export function withWork(context: InodegcContext, work: WorkItem): Pick<InodegcContext, 'work' | 'task' | 'resources'> {
  const resource = inodegcWork(context.cpu);
  const busy = isBusy(work);
  const { lowWaiters } = context;
  const waiters = lowWaiters.length === 0 ? flushers(work) : [...flushers(work), ...lowWaiters];
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
        ? [{ resource, holders: [[context.self]], waiters: inChunks(waiters) }]
        : [],
  };
}

const isBusy = (work: WorkItem): boolean => work.running || work.pool.length > 0;

/** A queue that nobody waits for changes at every enqueue: keep the facts unless they say something else. */
function sameResource(resources: readonly ResourceFacts[], busy: boolean, waiters: readonly Flusher[]): boolean {
  const [known] = resources;
  if (known === undefined) return !busy && waiters.length === 0;
  if (!busy && waiters.length === 0) return false;
  if (known.waiters.length === 0 || waiters.length === 0) return known.waiters.length === waiters.length;
  const before = allOf(known.waiters);
  return before.length === waiters.length && before.every(({ task }, i) => task === waiters[i]?.task);
}
