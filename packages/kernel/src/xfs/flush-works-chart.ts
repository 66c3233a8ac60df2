/**
 * The part of a statechart in which a thread starts the inodegc workers of all CPUs and waits until each has done what
 * was queued then. Linux 5.15 and 6.1 fs/xfs/xfs_icache.c xfs_inodegc_flush; kernel/workqueue.c flush_workqueue. It
 * says that it waits for the first that has not answered. Leaves out that of a frozen file system 5.15 waits for
 * nobody, and that a flush of works which are idle does not sleep.
 */
import { chartKit } from '@dragon/statechart';
import { inodegcWork } from '../locking/resources.ts';
import { type Received, type TaskMessage, toInodegc } from '../messages.ts';
import { asleep, type Task, wakeUp } from '../sched/task.ts';
import type { CallPath } from '../stacks/call-path.ts';

/** What the chart needs of its thread's context. */
export type FlushWorksContext = {
  readonly task: Task;
  /** How many CPUs have an inodegc queue. */
  readonly inodegcCpus: number;
  /** Those whose work is not done yet, in order. */
  readonly unflushed: readonly number[];
};

const { send, change, on, guardOn } = chartKit<FlushWorksContext, Received<TaskMessage>>();

const cpusOf = ({ inodegcCpus }: Pick<FlushWorksContext, 'inodegcCpus'>): number[] =>
  Array.from({ length: inodegcCpus }, (_, cpu) => cpu);

/** Goes with the flush of a CPU's work: not one of those that a throttled thread uses, which may be answered late. */
const tokenOf = (cpu: number): number => cpu + 2;

/** The work of a CPU is done. It sleeps on, in the same sleep. */
const workDone = on('task.workFlushed', ({ task, unflushed }, { token }) => {
  const left = unflushed.filter((cpu) => tokenOf(cpu) !== token);
  const [next] = left;
  const { waitsFor } = task;
  if (next === undefined || waitsFor === null) return { unflushed: left };
  return { unflushed: left, task: { ...task, waitsFor: { ...waitsFor, resource: inodegcWork(next) } } };
});

/** The states of a compound state that starts at `flushingWorks`; `stack` is that of the wait. */
export const flushWorksStates = (stack: CallPath) =>
  ({
    flushingWorks: {
      tags: ['blocked'],
      meta: { waitsFor: 'the inodegc works of all CPUs', sleep: 'uninterruptible' },
      entry: [
        change((context) => ({
          task: asleep(context.task, inodegcWork(0), stack.frames),
          unflushed: cpusOf(context),
        })),
        send((context) =>
          cpusOf(context).flatMap((cpu) => [
            toInodegc(cpu, { type: 'inodegc.push' }),
            toInodegc(cpu, { type: 'inodegc.flush', token: tokenOf(cpu), awaitLow: false }),
          ]),
        ),
      ],
      on: {
        'task.workFlushed': [
          {
            guard: guardOn('task.workFlushed', ({ unflushed }, { token }) =>
              unflushed.every((cpu) => tokenOf(cpu) === token),
            ),
            target: 'worksFlushed',
            actions: workDone,
          },
          { actions: workDone },
        ],
      },
      exit: wakeUp,
    },
    worksFlushed: { type: 'final' },
  }) as const;
