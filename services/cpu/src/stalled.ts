/**
 * A CPU that runs nothing for a while, because of a fault or because its host runs another one: what comes meanwhile,
 * and how it goes on.
 */
import type { AgentId, Effect } from '@dragon/engine';
import { sleepThread, toTask, updateCurr, wakeThread } from '@dragon/kernel';
import type { Answer } from '@dragon/statechart';
import { changed, type CpuContext, type CpuEvent, threadPicked, turnOf } from './cpu-state.ts';
import { attached, guestAfterMove, guestAfterWake, passedOn, staysHere } from './placement.ts';
import { ticked } from './tick.ts';

type Of<T extends CpuEvent['type']> = Extract<CpuEvent, { readonly type: T }>;

/** Says something to the thread on the CPU, if there is one. */
export function toldCurr(
  { cpu, guests, runQueue: { curr } }: CpuContext,
  type: 'task.cpuStalled' | 'task.cpuResumed',
): readonly Effect[] {
  if (curr === null) return [];
  return [toTask(curr.thread, { type, cpu, turn: turnOf(guests, curr.thread) })];
}

/** ttwu_queue: whoever wakes up for a CPU that runs nothing is found when it goes on. */
export function wokenStalled(context: CpuContext, event: Of<'cpu.wake'>): Answer<CpuContext> {
  if (!staysHere(context, event)) return passedOn(context, event);
  const { runQueue } = wakeThread(context.runQueue, event.from, event.at, context.tunables);
  return changed(context, { runQueue, guests: guestAfterWake(context, event) }, []);
}

export function enqueuedStalled(context: CpuContext, event: Of<'cpu.enqueue'>): Answer<CpuContext> {
  const { runQueue } = attached(context, event);
  return changed(context, { runQueue, guests: guestAfterMove(context, event) }, []);
}

export function sleptStalled(context: CpuContext, thread: AgentId, at: number): Answer<CpuContext> {
  return changed(context, { runQueue: sleepThread(context.runQueue, thread, at), guests: context.guests }, []);
}

/** The CPU goes on where it was, and takes the thread off again if one that woke up meanwhile preempts it. */
export function resumed(context: CpuContext, at: number): Answer<CpuContext> {
  const { guests } = context;
  const runQueue = updateCurr(context.runQueue, at);
  const said = toldCurr(context, 'task.cpuResumed');
  if (runQueue.curr !== null && runQueue.nextBuddy === null) return changed(context, { runQueue, guests }, said);
  return threadPicked(context, { runQueue, guests }, at, said);
}

/** The same if a timer interrupt has come meanwhile. */
export function resumedTicked(context: CpuContext, at: number): Answer<CpuContext> {
  if (context.runQueue.curr === null || context.runQueue.nextBuddy !== null) return resumed(context, at);
  return ticked(context, at, toldCurr(context, 'task.cpuResumed'));
}
