/**
 * The throttle of xfs_inodegc_queue as a part of a statechart: its thread sleeps until the inodegc worker of the CPU
 * that it queued on has done what is queued. Linux 6.1 fs/xfs/xfs_icache.c xfs_inodegc_queue; kernel/workqueue.c
 * flush_delayed_work.
 */
import { chartKit } from '@dragon/statechart';
import { inodegcWork } from '../locking/resources.ts';
import { type Received, type TaskMessage, toInodegc } from '../messages.ts';
import type { Policy } from '../policy/policy.ts';
import { asleep, type Task, wakeUp } from '../sched/task.ts';
import { hit } from '../tracepoints.ts';
import { type Caller, stackOf, STACKS } from '../stacks/stacks.ts';

/** What the chart needs of its thread's context. */
export type ThrottleContext = {
  readonly task: Task;
  readonly cpu: number;
  readonly policy: Policy;
  readonly caller: Caller;
  /**
   * The CPU whose queue its inodes went to, which stays the one to wait for when the thread goes on elsewhere; null
   * when it is through with that.
   */
  readonly queuedOn: number | null;
  /**
   * Goes with a flush and comes back with its answer. It changes when a flush is given up, as that one may be answered
   * all the same; an answer is underway for less time than the next timeout takes, so two values are enough.
   */
  readonly token: 0 | 1;
};

const { send, trace, change, guardOn } = chartKit<ThrottleContext, Received<TaskMessage>>();

/** Returns the CPU whose queue the thread has to do with. */
export function queueOf({ queuedOn }: Pick<ThrottleContext, 'queuedOn'>): number {
  if (queuedOn === null) throw new Error('nothing has been queued');
  return queuedOn;
}

/**
 * Returns the state in which a thread is asleep in flush_delayed_work; answered, it goes on to `next`. `stacks` are
 * those of the wait.
 */
export const flushing = <Next extends string>(
  next: Next,
  mode: 'uninterruptible' | 'timed',
  stacks: (context: ThrottleContext) => Parameters<typeof stackOf>[0],
) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 'the inodegc work of the CPU it queued on', sleep: mode },
    entry: [
      change((context) => ({
        task: asleep(context.task, inodegcWork(queueOf(context)), stackOf(stacks(context), context.caller), mode),
      })),
      send((context) =>
        toInodegc(queueOf(context), {
          type: 'inodegc.flush',
          token: context.token,
          awaitLow: context.policy.throttle.kind === 'watermarks',
        }),
      ),
      trace((context) => hit('flush_begin', { cpu: queueOf(context) })),
    ],
    on: {
      'task.workFlushed': {
        guard: guardOn('task.workFlushed', ({ token }, event) => event.token === token),
        target: next,
      },
    },
    exit: [wakeUp, trace((context) => hit('flush_end', { cpu: queueOf(context) }))],
  }) as const;

/** The states of a compound state that starts at `throttled`. */
export const throttlingStates = {
  throttled: flushing('goOn', 'uninterruptible', ({ policy }) =>
    policy.throttle.kind === 'watermarks' ? STACKS.throttledToLowMark : STACKS.throttled,
  ),
  goOn: { type: 'final' },
} as const;
