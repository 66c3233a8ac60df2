/**
 * Every simulated thread's account of itself: what it holds, what it sleeps on, how often it slept; and what its chart
 * answers in any state.
 */
import type { LockMode, TaskFacts, WaitMode } from '@dragon/engine';
import { chartKit, pausableDelay } from '@dragon/statechart';
import { type Received, type ShowHungTask, type TaskMessage, toWatchdog } from '../messages.ts';

/**
 * What a thread says of itself, for the wait-for graph and for khungtaskd: nothing that it does depends on it.
 * `asleep`: it has given up its CPU, or tries again and again, which is so in the states tagged `blocked`. `sleeps` is
 * bookkeeping for khungtaskd and stands for the kernel's count of context switches: a thread whose count has not moved
 * has not been awake.
 */
export type Task = TaskFacts & { readonly asleep: boolean; readonly sleeps: number };

/** A thread that runs and holds nothing. Here and below keys are spelled out: a spread costs several times as much. */
export const RUNNING: Task = { waitsFor: null, holds: [], asleep: false, sleeps: 0 };

/** Returns `task` asleep on `resource`, which it wants in mode `lock`. `stack` is innermost first. */
export function asleep(
  task: Task,
  resource: string,
  stack: readonly string[],
  mode: WaitMode = 'uninterruptible',
  lock: LockMode = '',
): Task {
  const { holds, sleeps } = task;
  return { waitsFor: { resource, mode, lock, stack }, holds, asleep: true, sleeps: sleeps + 1 };
}

/** Returns `task` asleep until a timer or a disk wakes it: nobody owes it anything. */
function napping({ holds, sleeps }: Task): Task {
  return { waitsFor: null, holds, asleep: true, sleeps: sleeps + 1 };
}

/** Returns `task` awake. */
export function awake(task: Task): Task {
  return task.asleep ? { waitsFor: null, holds: task.holds, asleep: false, sleeps: task.sleeps } : task;
}

/** Returns `task` awake and holding one lock more. */
export function holding(task: Task, resource: string, mode: LockMode = ''): Task {
  return { waitsFor: null, holds: task.holds.concat({ resource, mode }), asleep: false, sleeps: task.sleeps };
}

/**
 * Returns `task` without its hold of each of `resources`. Throws if one was not held: a lock is released by its holder,
 * once.
 */
export function released(task: Task, ...resources: readonly string[]): Task {
  const { waitsFor, asleep: isAsleep, sleeps } = task;
  const holds = [...task.holds];
  for (const resource of resources) {
    const index = holds.findIndex((hold) => hold.resource === resource);
    if (index < 0) throw new Error(`${resource} is released but was not held`);
    holds.splice(index, 1);
  }
  return { waitsFor, holds, asleep: isAsleep, sleeps };
}

/** Returns what khungtaskd sees when it looks at the thread: the kernel's `sched_show_task` state letter and stack. */
export function showTask(task: Task): ShowHungTask {
  const wait = task.waitsFor;
  return {
    type: 'watchdog.taskShown',
    uninterruptible: wait?.mode === 'uninterruptible',
    waitsFor: wait?.resource ?? null,
    stack: wait?.stack ?? [],
    sleeps: task.sleeps,
  };
}

/**
 * Returns the delay called `name` in the latency model, `times` over, as CPU time of the thread: it passes only while
 * the thread is on a CPU. For the `delays` of a machine's `setup`.
 */
export const cpuTime = pausableDelay;

type ThreadContext = { readonly task: Task; readonly cpu: number };
const { change, on, send } = chartKit<ThreadContext, Received<TaskMessage>>();

/** The action of a thread that falls asleep until a timer or a disk wakes it. */
export const nap = change(({ task }) => ({ task: napping(task) }));

/** The action of a thread that wakes up: for the exit of a state in which it is asleep. */
export const wakeUp = change(({ task }) => ({ task: awake(task) }));

/** Handlers for the root of a thread's machine: khungtaskd's look, and the news that it goes on on another CPU. */
export const threadHandlers = {
  'task.show': { actions: send(({ task }, { from }) => toWatchdog(from, showTask(task))) },
  'task.migrated': { actions: on('task.migrated', (_context, { cpu }) => ({ cpu })) },
} as const;
