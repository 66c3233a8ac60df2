/**
 * Where a thread goes on: on the CPU where it ran last, or on another one of the same cache. Linux 6.1
 * kernel/sched/fair.c select_task_rq_fair, select_idle_sibling, migrate_task_rq_fair, detach_tasks.
 */
import {
  attachThread,
  cpuId,
  type CpuMessage,
  detachThread,
  isMovable,
  isPerCpuKthread,
  llcBit,
  wakingLag,
} from '@dragon/kernel';
import type { Answer } from '@dragon/statechart';
import { changed, type CpuContext, type CpuEvent, toSiblings } from './cpu-state.ts';
import { guestOf, type Guests, hasMovable, NEVER, pulledTo, withGuest } from './guests.ts';

type WakeMessage = Extract<CpuEvent, { readonly type: 'cpu.wake' }>;

/**
 * select_task_rq_fair: whether the thread wakes up here, where it ran last. Nobody is here; or it is bound; or who woke
 * it is the kthread of this CPU and will sleep soon, which has done what the thread waited for.
 */
export function staysHere({ balances, runQueue: { curr, queue } }: CpuContext, { allowed, by }: WakeMessage): boolean {
  if (!balances || !isMovable(allowed) || (curr === null && queue.length === 0)) return true;
  return curr?.thread === by && queue.length === 0 && isPerCpuKthread(by);
}

export const guestAfterWake = ({ guests }: CpuContext, { from, turn, allowed }: WakeMessage): Guests =>
  withGuest(guests, { thread: from, turn, allowed, ranAt: guestOf(guests, from)?.ranAt ?? NEVER });

/** Asks for an idle CPU; the thread comes back here if there is none. */
export function passedOn(context: CpuContext, { from, turn, allowed, at }: WakeMessage): Answer<CpuContext> {
  const { cpu, runQueue, tunables } = context;
  const lag = wakingLag(runQueue, from, at, tunables);
  return [{}, [toSiblings(context, { type: 'cpu.selectIdle', thread: from, turn, allowed, lag, prev: cpu })]];
}

type EnqueueMessage = Extract<CpuEvent, { readonly type: 'cpu.enqueue' }>;

/** A thread that comes from another CPU is not hot here. */
export function guestAfterMove({ cpu, guests }: CpuContext, { thread, turn, allowed, prev }: EnqueueMessage): Guests {
  const ranAt = prev === cpu ? guestOf(guests, thread)?.ranAt : undefined;
  return withGuest(guests, { thread, turn, allowed, ranAt: ranAt ?? NEVER });
}

export const attached = ({ runQueue, tunables }: CpuContext, { thread, lag, at }: EnqueueMessage) =>
  attachThread(runQueue, thread, lag, at, tunables);

type PullMessage = Extract<CpuEvent, { readonly type: 'cpu.pull' }>;

/** load_balance, for an idle CPU: a thread that waits here goes on there. */
export function pulled(context: CpuContext, { cpu: to, at }: PullMessage): Answer<CpuContext> {
  const { cpu, runQueue: before, guests } = context;
  const guest = pulledTo(before, guests, llcBit(to), at);
  if (guest === undefined) {
    const overloaded = hasMovable(before, guests);
    const said = toSiblings(context, { type: 'cpu.notPulled', cpu: to, busiest: cpu, overloaded });
    return [{ toldOverloaded: overloaded }, [said]];
  }
  const { thread, turn, allowed } = guest;
  const { runQueue, lag } = detachThread(before, thread, at);
  const moved: CpuMessage = { type: 'cpu.enqueue', thread, turn, allowed, lag, prev: cpu };
  return changed(context, { runQueue, guests }, [{ kind: 'send', to: cpuId(to), message: moved }]);
}
