/**
 * The state of a thread that has to be given a CPU, beside that of the agent in it: where it runs, what arrived while
 * it was off the CPU, and the pending timers of its agent.
 */
import { numbered } from '../numbered.ts';
import type { AgentId, Effect, Input, NamedDelay, Step } from '@dragon/engine';
import type { ChartState } from '@dragon/statechart';

/**
 * - `asleep`: does not want a CPU. `choosing`: wants one where there are no schedulers, and it is being drawn which.
 *   `waking`: on a run queue, for the first time since it slept.
 * - `running`. `yielding`: has lost the CPU and goes on to the next point where it computes. `preempted`: on a run
 *   queue, in the midst of its work.
 * - `stalled`: on a CPU that runs nothing.
 */
type Status = 'asleep' | 'choosing' | 'waking' | 'running' | 'yielding' | 'preempted' | 'stalled';

export type Waiting = Pick<Input, 'message' | 'from' | 'timer'>;

/** What the wrapper knows; `inner` is the state of the wrapped agent. */
export type ThreadState<S = ChartState> = {
  readonly inner: S;
  readonly self: AgentId;
  /** Whether there are schedulers. */
  readonly scheduled: boolean;
  readonly status: Status;
  readonly cpus: readonly number[];
  /** Where it runs or last ran; on a run queue it may have been moved since. */
  readonly cpu: number;
  /** Those of its CPUs that share the cache of `cpu`, as a mask. */
  readonly allowed: number;
  /** Counts its wake-ups, for the scheduler's words alone: bookkeeping. */
  readonly turn: number;
  /** The pending timers of the wrapped agent; few. */
  readonly timers: readonly PendingTimer[];
  /** What arrived while it was off the CPU. */
  readonly inbox: readonly Waiting[];
};

interface PendingTimer {
  readonly timer: string;
  readonly delay: NamedDelay;
}

/** The state that a step is making: its own copy, changed in place until the step is over. */
export type Draft = { -readonly [Key in keyof ThreadState]: ThreadState[Key] };

/** Spelled out, since a spread costs several times as much, and each step of each thread comes through here. */
export const draftOf = (thread: ThreadState): Draft => ({
  inner: thread.inner,
  self: thread.self,
  scheduled: thread.scheduled,
  status: thread.status,
  cpus: thread.cpus,
  cpu: thread.cpu,
  allowed: thread.allowed,
  turn: thread.turn,
  timers: thread.timers,
  inbox: thread.inbox,
});

/**
 * Notes what a step of the wrapped agent made of it and of its timers. A timer that is cancelled after it fired is
 * taken back from the inbox.
 */
export function note(thread: Draft, step: Step<ChartState>, effects: Effect[]): void {
  thread.inner = step.state;
  for (const effect of step.effects) {
    effects.push(effect);
    if (effect.kind === 'setTimer') {
      const { timer, delay } = effect;
      // Not a spread: it would leave room for sixteen more, in each of thousands of threads.
      thread.timers = without(thread.timers, timer).concat({ timer, delay });
    } else if (effect.kind === 'cancelTimer') {
      const { timer } = effect;
      const left = without(thread.timers, timer);
      if (left === thread.timers) continue;
      thread.timers = left;
      if (thread.inbox.length > 0) thread.inbox = thread.inbox.filter((each) => each.timer !== timer);
    }
  }
}

/** Returns whether the thread is where it computes, and can be taken off the CPU. */
export function computes({ timers }: ThreadState): boolean {
  return timers.some(({ delay }) => delay.pausable);
}

export function pendingTimer({ timers }: ThreadState, name: string | undefined): NamedDelay | undefined {
  return name === undefined ? undefined : timers.find(({ timer }) => timer === name)?.delay;
}

/** Returns the timers without one; the same list if it is not among them. */
export function without(timers: ThreadState['timers'], name: string): ThreadState['timers'] {
  const place = timers.findIndex(({ timer }) => timer === name);
  return place < 0 ? timers : timers.toSpliced(place, 1);
}

/** Returns the list of one CPU: the same for all threads that run there alone. */
export const onlyCpu: (cpu: number) => readonly number[] = numbered((cpu) => [cpu]);

/** Messages that are no input of the thread's own: a look at it, a signal, bits of memory that it reads. */
export const CALLS: readonly string[] = [
  'task.show',
  'task.killed',
  'task.diskFailed',
  'task.diskHealed',
  'task.fsShutDown',
  'task.freezing',
  'task.thawed',
];
