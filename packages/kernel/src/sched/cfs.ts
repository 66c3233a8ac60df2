/**
 * Fair sharing of one CPU. Linux 6.1 kernel/sched/fair.c: update_curr, update_min_vruntime, place_entity,
 * check_preempt_wakeup, wakeup_preempt_entity, check_preempt_tick, sched_slice, pick_next_entity with its next buddy.
 * From memory, as the kernel reference is silent on the scheduler; checked against the traces (facts 4 and 5). All
 * threads have nice 0. Leaves out groups, other classes, the last and the skip buddy.
 */
import { type AgentId, compareText, MICROSECOND, MILLISECOND, type VirtualTime } from '@dragon/engine';

/** The scheduler's tunables; all in nanoseconds. */
export type SchedTunables = {
  readonly latency: number;
  readonly minGranularity: number;
  readonly wakeupGranularity: number;
};

/** A thread that wants the CPU, or had it. */
export type SchedEntity = { readonly thread: AgentId; readonly vruntime: number };

/**
 * The run queue of a CPU. `queue` is sorted by vruntime, first come first among equals; the thread that runs is not in
 * it. `sleepers` keeps the vruntime of threads that were here: they come back with it. `ranSince` is when `curr` was
 * last accounted for, `pickedAt` when it got the CPU.
 */
export type RunQueue = {
  readonly curr: SchedEntity | null;
  readonly queue: readonly SchedEntity[];
  readonly sleepers: readonly SchedEntity[];
  readonly minVruntime: number;
  readonly ranSince: VirtualTime;
  readonly pickedAt: VirtualTime;
  readonly nextBuddy: AgentId | null;
};

/** A run queue that is being made: a copy of its own, changed in place until it is returned. */
type Draft = { -readonly [Key in keyof RunQueue]: RunQueue[Key] };

/** Spelled out, since a spread costs several times as much, and a scheduler makes one for each message. */
const draftOf = (runQueue: RunQueue): Draft => ({
  curr: runQueue.curr,
  queue: runQueue.queue,
  sleepers: runQueue.sleepers,
  minVruntime: runQueue.minVruntime,
  ranSince: runQueue.ranSince,
  pickedAt: runQueue.pickedAt,
  nextBuddy: runQueue.nextBuddy,
});

export const IDLE_RUN_QUEUE: RunQueue = {
  curr: null,
  queue: [],
  sleepers: [],
  minVruntime: 0,
  ranSince: 0,
  pickedAt: 0,
  nextBuddy: null,
};

/** More runnable threads than this stretch the period (sched_nr_latency). */
const NR_LATENCY = 8;

/**
 * Returns the tunables of a machine with `cpus` CPUs: SCHED_TUNABLESCALING_LOG makes them 1 + log2(CPUs, 8 at most)
 * times as large.
 */
export function schedTunables(cpus: number): SchedTunables {
  return TUNABLES[cpus >= 8 ? 3 : cpus >= 4 ? 2 : cpus >= 2 ? 1 : 0];
}

const tunablesBy = (factor: number): SchedTunables => ({
  latency: 6 * MILLISECOND * factor,
  minGranularity: 750 * MICROSECOND * factor,
  wakeupGranularity: MILLISECOND * factor,
});

const TUNABLES = [tunablesBy(1), tunablesBy(2), tunablesBy(3), tunablesBy(4)] as const;

/** Returns the queue with the running thread's time accounted for up to `now`. */
export function updateCurr(before: RunQueue, now: VirtualTime): RunQueue {
  return updated(before, now);
}

function updated(before: RunQueue, now: VirtualTime): Draft {
  const { curr } = before;
  const draft = draftOf(before);
  draft.ranSince = now;
  if (curr === null) return draft;
  draft.curr = { thread: curr.thread, vruntime: curr.vruntime + now - before.ranSince };
  advanceMinVruntime(draft);
  return draft;
}

/**
 * Returns the queue after `thread` woke up on it, and whether it takes the CPU from the one that runs. A thread that
 * slept comes back with at most half a latency period of credit (GENTLE_FAIR_SLEEPERS).
 */
export function wakeThread(before: RunQueue, thread: AgentId, now: VirtualTime, tunables: SchedTunables): Enqueued {
  const runQueue = updated(before, now);
  return enqueued(runQueue, thread, vruntimeOf(runQueue, thread, tunables), tunables);
}

interface Enqueued {
  readonly runQueue: RunQueue;
  readonly preempts: boolean;
}

/**
 * Returns the queue after `thread` has come from another CPU, with its distance from min_vruntime there, and whether it
 * takes the CPU from the one that runs.
 */
export function attachThread(
  before: RunQueue,
  thread: AgentId,
  lag: number,
  now: VirtualTime,
  tunables: SchedTunables,
): Enqueued {
  const runQueue = updated(before, now);
  return enqueued(runQueue, thread, runQueue.minVruntime + lag, tunables);
}

/** Returns the distance from min_vruntime with which a thread that wakes up goes to another CPU. */
export function wakingLag(before: RunQueue, thread: AgentId, now: VirtualTime, tunables: SchedTunables): number {
  const runQueue = updated(before, now);
  return vruntimeOf(runQueue, thread, tunables) - runQueue.minVruntime;
}

/** Returns the queue without a thread that waits on it, and the distance from min_vruntime that it takes along. */
export function detachThread(
  before: RunQueue,
  thread: AgentId,
  now: VirtualTime,
): { readonly runQueue: RunQueue; readonly lag: number } {
  const runQueue = updated(before, now);
  const place = placeOf(runQueue.queue, thread);
  const gone = runQueue.queue[place];
  if (gone === undefined) throw new Error(`${thread} is pulled elsewhere, but it does not wait for this CPU`);
  runQueue.queue = runQueue.queue.toSpliced(place, 1);
  if (runQueue.nextBuddy === thread) runQueue.nextBuddy = null;
  return { runQueue, lag: gone.vruntime - runQueue.minVruntime };
}

/** place_entity. */
function vruntimeOf({ sleepers, minVruntime }: RunQueue, thread: AgentId, tunables: SchedTunables): number {
  const known = placeOf(sleepers, thread);
  const floor = minVruntime - tunables.latency / 2;
  return known < 0 ? floor : Math.max((sleepers[known] as SchedEntity).vruntime, floor);
}

function enqueued(runQueue: Draft, thread: AgentId, vruntime: number, tunables: SchedTunables): Enqueued {
  const { curr, sleepers } = runQueue;
  const known = placeOf(sleepers, thread);
  runQueue.queue = withEntity(runQueue.queue, { thread, vruntime });
  if (known >= 0) runQueue.sleepers = sleepers.toSpliced(known, 1);
  const preempts = curr !== null && curr.vruntime - vruntime > tunables.wakeupGranularity;
  if (preempts) runQueue.nextBuddy = thread;
  return { runQueue, preempts };
}

/** Returns the queue after `thread`, running or not, gave the CPU up. */
export function sleepThread(before: RunQueue, thread: AgentId, now: VirtualTime): RunQueue {
  const runQueue = updated(before, now);
  const { curr, queue, sleepers } = runQueue;
  const place = curr?.thread === thread ? -1 : placeOf(queue, thread);
  const gone = curr?.thread === thread ? curr : queue[place];
  if (gone === undefined) throw new Error(`${thread} goes to sleep, but it is not on this CPU`);
  if (place < 0) runQueue.curr = null;
  else runQueue.queue = queue.toSpliced(place, 1);
  runQueue.sleepers = sleepers.concat(gone);
  if (runQueue.nextBuddy === thread) runQueue.nextBuddy = null;
  advanceMinVruntime(runQueue);
  return runQueue;
}

/**
 * Returns whether the tick takes the CPU from the running thread: it had its slice, or is too far ahead of the next.
 */
export function tickPreempts(runQueue: RunQueue, now: VirtualTime, tunables: SchedTunables): boolean {
  const { curr, queue } = runQueue;
  const [first] = queue;
  if (curr === null || first === undefined) return false;
  const running = queue.length + 1;
  const period = running > NR_LATENCY ? running * tunables.minGranularity : tunables.latency;
  const slice = Math.max(Math.floor(period / running), tunables.minGranularity);
  const ran = now - runQueue.pickedAt;
  if (ran > slice) return true;
  return ran >= tunables.minGranularity && curr.vruntime - first.vruntime > slice;
}

/**
 * Returns the queue after the scheduler has chosen: the leftmost thread, or the one that has just preempted if that is
 * not unfair to it.
 */
export function pickNext(before: RunQueue, now: VirtualTime, tunables: SchedTunables): RunQueue {
  const runQueue = draftOf(before);
  const queue = before.curr === null ? before.queue : withEntity(before.queue, before.curr);
  runQueue.nextBuddy = null;
  const [left] = queue;
  if (left === undefined) {
    runQueue.curr = null;
    runQueue.queue = queue;
    return runQueue;
  }
  const buddy = before.nextBuddy === null ? -1 : placeOf(queue, before.nextBuddy);
  const isFair = buddy >= 0 && (queue[buddy] as SchedEntity).vruntime - left.vruntime <= tunables.wakeupGranularity;
  const place = isFair ? buddy : 0;
  runQueue.curr = queue[place] ?? null;
  runQueue.queue = queue.toSpliced(place, 1);
  runQueue.ranSince = now;
  runQueue.pickedAt = now;
  advanceMinVruntime(runQueue);
  return runQueue;
}

/**
 * Returns what decides how threads share the CPU from now on, the same for queues that differ in when they were: times
 * and vruntimes as distances from the last accounting and from min_vruntime.
 */
export function relativeRunQueue(runQueue: RunQueue): Omit<RunQueue, 'minVruntime' | 'ranSince'> {
  const { curr, queue, sleepers, minVruntime, nextBuddy, pickedAt, ranSince } = runQueue;
  const relative = ({ thread, vruntime }: SchedEntity): SchedEntity => ({ thread, vruntime: vruntime - minVruntime });
  return {
    curr: curr === null ? null : relative(curr),
    queue: queue.map(relative),
    sleepers: sleepers.map(relative).toSorted((a, b) => compareText(a.thread, b.thread)),
    pickedAt: curr === null ? 0 : pickedAt - ranSince,
    nextBuddy,
  };
}

function withEntity(queue: readonly SchedEntity[], entity: SchedEntity): SchedEntity[] {
  const at = queue.findIndex((other) => other.vruntime > entity.vruntime);
  return at < 0 ? queue.concat(entity) : queue.toSpliced(at, 0, entity);
}

function placeOf(entities: readonly SchedEntity[], thread: AgentId): number {
  for (let place = 0; place < entities.length; place += 1) if (entities[place]?.thread === thread) return place;
  return -1;
}

/** min_vruntime follows the smallest vruntime on the CPU and never goes back. */
function advanceMinVruntime(runQueue: Draft): void {
  const { curr, queue } = runQueue;
  const [first] = queue;
  const smallest = Math.min(curr?.vruntime ?? Number.POSITIVE_INFINITY, first?.vruntime ?? Number.POSITIVE_INFINITY);
  if (smallest !== Number.POSITIVE_INFINITY && smallest > runQueue.minVruntime) runQueue.minVruntime = smallest;
}
