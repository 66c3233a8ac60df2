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
  const { curr } = before;
  if (curr === null) return { ...before, ranSince: now };
  const ran = { ...curr, vruntime: curr.vruntime + now - before.ranSince };
  return withMinVruntime({ ...before, curr: ran, ranSince: now });
}

/**
 * Returns the queue after `thread` woke up on it, and whether it takes the CPU from the one that runs. A thread that
 * slept comes back with at most half a latency period of credit (GENTLE_FAIR_SLEEPERS).
 */
export function wakeThread(
  before: RunQueue,
  thread: AgentId,
  now: VirtualTime,
  tunables: SchedTunables,
): { readonly runQueue: RunQueue; readonly preempts: boolean } {
  const updated = updateCurr(before, now);
  const known = updated.sleepers.find((entity) => entity.thread === thread);
  const floor = updated.minVruntime - tunables.latency / 2;
  const vruntime = known === undefined ? floor : Math.max(known.vruntime, floor);
  const woken = { thread, vruntime };
  const runQueue = {
    ...updated,
    queue: withEntity(updated.queue, woken),
    sleepers: known === undefined ? updated.sleepers : updated.sleepers.filter((entity) => entity !== known),
  };
  const preempts = updated.curr !== null && updated.curr.vruntime - vruntime > tunables.wakeupGranularity;
  return { runQueue: preempts ? { ...runQueue, nextBuddy: thread } : runQueue, preempts };
}

/** Returns the queue after `thread`, running or not, gave the CPU up. */
export function sleepThread(before: RunQueue, thread: AgentId, now: VirtualTime): RunQueue {
  const updated = updateCurr(before, now);
  const gone =
    updated.curr?.thread === thread ? updated.curr : updated.queue.find((entity) => entity.thread === thread);
  if (gone === undefined) throw new Error(`${thread} goes to sleep, but it is not on this CPU`);
  return withMinVruntime({
    ...updated,
    curr: gone === updated.curr ? null : updated.curr,
    queue: gone === updated.curr ? updated.queue : updated.queue.filter((entity) => entity !== gone),
    sleepers: updated.sleepers.concat(gone),
    nextBuddy: updated.nextBuddy === thread ? null : updated.nextBuddy,
  });
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
  const queue = before.curr === null ? before.queue : withEntity(before.queue, before.curr);
  const [left] = queue;
  if (left === undefined) return { ...before, curr: null, queue, nextBuddy: null };
  const buddy = queue.find((entity) => entity.thread === before.nextBuddy);
  const next = buddy !== undefined && buddy.vruntime - left.vruntime <= tunables.wakeupGranularity ? buddy : left;
  return withMinVruntime({
    ...before,
    curr: next,
    queue: queue.filter((entity) => entity !== next),
    ranSince: now,
    pickedAt: now,
    nextBuddy: null,
  });
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

/** min_vruntime follows the smallest vruntime on the CPU and never goes back. */
function withMinVruntime(runQueue: RunQueue): RunQueue {
  const [first] = runQueue.queue;
  const candidates = [runQueue.curr, first].flatMap((entity) => (entity ? [entity.vruntime] : []));
  if (candidates.length === 0) return runQueue;
  const minVruntime = Math.max(runQueue.minVruntime, Math.min(...candidates));
  return minVruntime === runQueue.minVruntime ? runQueue : { ...runQueue, minVruntime };
}
