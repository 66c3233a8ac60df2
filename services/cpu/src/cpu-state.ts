/**
 * The state of one CPU's scheduler, and what every change of its run queue brings: who gets the CPU, who loses it, what
 * the others of its cache are told. Linux 6.1 kernel/sched/core.c __schedule, try_to_wake_up.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  cpuId,
  type CpuMessage,
  firstOfLlc,
  pickNext,
  type ReceivedAt,
  type RunQueue,
  type SchedTunables,
  toTask,
} from '@dragon/kernel';
import type { Answer } from '@dragon/statechart';
import { afterRun, guestOf, type Guests, hasMovable } from './guests.ts';
import type { LlcSiblings } from './llc-siblings.ts';

/**
 * `cpus`: how many the machine has, which the tunables depend on. `balances`: there are threads that may move between
 * this CPU and others of its LLC. `hosted`: it is virtual, and shares a thread of its host with the others.
 */
export type CpuParams = {
  readonly cpu: number;
  readonly cpus: number;
  readonly balances?: boolean;
  readonly hosted?: boolean;
};

export interface CpuContext {
  readonly cpu: number;
  readonly tunables: SchedTunables;
  readonly balances: boolean;
  readonly hosted: boolean;
  readonly runQueue: RunQueue;
  readonly guests: Guests;
  /** What the first CPU of the LLC has been told of this one. */
  readonly toldIdle: boolean;
  readonly toldOverloaded: boolean;
  /** What the first CPU of an LLC knows of all. */
  readonly siblings: LlcSiblings | null;
  /** Who has asked for this CPU to go offline, and the others; it waits for that while it runs nothing. */
  readonly unplugged: Unplugged | null;
  readonly softirq: RcuSoftirq;
}

export type Unplugged = { readonly by: AgentId; readonly online: readonly number[] };

export type CpuEvent = ReceivedAt<CpuMessage>;

/** Callbacks of RCU that a CPU runs in an interrupt. */
export type Batch = Pick<Extract<CpuEvent, { readonly type: 'cpu.callbacksRun' }>, 'callbacks' | 'pages' | 'more'>;

export type RcuSoftirq = {
  /** There are callbacks to run, which nobody has asked for yet. */
  readonly raised: boolean;
  /** ksoftirqd runs them. */
  readonly byThread: boolean;
  /** What is being run. */
  readonly batch: Batch | null;
};

export const NO_SOFTIRQ: RcuSoftirq = { raised: false, byThread: false, batch: null };

export const toSiblings = ({ cpu }: CpuContext, message: CpuMessage): Effect => ({
  kind: 'send',
  to: cpuId(firstOfLlc(cpu)),
  message,
});

/** What of a CPU changes when a thread comes or goes. */
export interface Change {
  readonly runQueue: RunQueue;
  readonly guests: Guests;
}

/** The change, and what the others of the LLC are told of it. */
export function changed(
  context: CpuContext,
  { runQueue, guests }: Change,
  said: readonly Effect[],
): Answer<CpuContext> {
  if (!context.balances) return [{ runQueue, guests }, said];
  const isIdle = runQueue.curr === null && runQueue.queue.length === 0;
  const overloads = !context.toldOverloaded && hasMovable(runQueue, guests);
  if (isIdle === context.toldIdle && !overloads) return [{ runQueue, guests }, said];
  const { cpu } = context;
  const told = [...said];
  if (isIdle !== context.toldIdle) told.push(toSiblings(context, { type: isIdle ? 'cpu.idle' : 'cpu.busy', cpu }));
  if (overloads) told.push(toSiblings(context, { type: 'cpu.overloaded', cpu, kick: 0 }));
  return [{ runQueue, guests, toldIdle: isIdle, toldOverloaded: context.toldOverloaded || overloads }, told];
}

export const turnOf = (guests: Guests, thread: AgentId): number => guestOf(guests, thread)?.turn ?? 0;

/** __schedule: puts the leftmost thread on the CPU and tells the one that lost it and the one that got it. */
export function threadPicked(
  context: CpuContext,
  before: Change,
  at: number,
  first: readonly Effect[] = [],
): Answer<CpuContext> {
  const { cpu, tunables } = context;
  const last = before.runQueue.curr?.thread;
  const runQueue = pickNext(before.runQueue, at, tunables);
  const next = runQueue.curr?.thread;
  if (next === last) return changed(context, { runQueue, guests: before.guests }, first);
  const said = [...first];
  const say = (type: 'task.preempted' | 'task.dispatched', thread: AgentId): void => {
    said.push(toTask(thread, { type, cpu, turn: turnOf(before.guests, thread) }));
  };
  if (last !== undefined) say('task.preempted', last);
  if (next !== undefined) say('task.dispatched', next);
  const guests = last === undefined ? before.guests : afterRun(before.guests, last, at);
  return changed(context, { runQueue, guests }, said);
}

/** A thread is on the run queue now: it gets the CPU, or waits. */
export function arrived(
  context: CpuContext,
  guests: Guests,
  { runQueue, preempts }: { readonly runQueue: RunQueue; readonly preempts: boolean },
  at: number,
): Answer<CpuContext> {
  if (runQueue.curr !== null && !preempts) return changed(context, { runQueue, guests }, []);
  return threadPicked(context, { runQueue, guests }, at);
}
