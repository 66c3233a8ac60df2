/**
 * The part of a shrinker walk in which its thread waits for an inodegc worker: the throttle of xfs_inodegc_queue, and
 * under throttle=outside-rwsem the wait after the walk. Linux 6.1 fs/xfs/xfs_icache.c xfs_inodegc_queue;
 * kernel/workqueue.c flush_delayed_work.
 */
import type { EventObject, MachineContext } from 'xstate';
import { type Send, update } from '@dragon/statechart';
import { type Received, type TaskMessage, toInodegc } from '../messages.ts';
import { inodegcWork } from '../locking/resources.ts';
import { debtPaid, type ReclaimContext } from '../mm/slab-walk.ts';
import { asleep, awake, type Task } from '../sched/task.ts';

type Args = { readonly context: ReclaimContext };

const FLUSH_STACK = ['wait_for_completion', '__flush_work', 'flush_delayed_work', 'xfs_inodegc_queue'];

/**
 * The stack of a reclaimer that evicts, below what it calls for an inode: xfs_inodegc_queue, or xfs_inactive if it does
 * that itself.
 */
export const INLINE_CALLER = [
  'xfs_fs_destroy_inode',
  'destroy_inode',
  'dispose_list',
  'prune_icache_sb',
  'super_cache_scan',
  'do_shrink_slab',
  'shrink_slab',
];

const throttledMeta = { waitsFor: 'the inodegc work of the CPU it queued on', sleep: 'uninterruptible' };

const send = (params: (args: Args) => Send) => ({ type: 'send', params }) as const;

const trace = (event: string, cpu: (context: ReclaimContext) => number) =>
  ({
    type: 'trace',
    params: ({ context }: Args) => ({ kind: 'trace' as const, event, fields: { cpu: cpu(context) } }),
  }) as const;

const myToken = ({ context, event }: { context: ReclaimContext; event: EventObject }): boolean =>
  (event as Received<Extract<TaskMessage, { type: 'task.workFlushed' }>>).token === context.token;

/**
 * Returns the states `throttled` and `throttledForAWhile`, which lead to `queueingDone`, and `throttledOutside`, which
 * pays one debt after the other and leads to `walked`.
 */
export function throttleStates<C extends ReclaimContext & MachineContext, E extends EventObject>() {
  const change = (next: (context: ReclaimContext) => Partial<ReclaimContext>) => update<ReclaimContext, C, E>(next);
  const setTask = (task: (context: ReclaimContext) => Task) => change((context) => ({ task: task(context) }));

  /** Asleep until the worker of `cpu` has done what is queued. */
  const sleepForWork = (
    cpu: (context: ReclaimContext) => number,
    mode: 'uninterruptible' | 'timed',
    below: (context: ReclaimContext) => readonly string[],
  ) =>
    [
      change((context) => ({
        token: context.token + 1,
        task: asleep(context.task, inodegcWork(cpu(context)), [...FLUSH_STACK, ...below(context)], mode),
      })),
      send(({ context }) =>
        toInodegc(cpu(context), {
          type: 'inodegc.flush',
          token: context.token,
          awaitLow: context.policy.throttle.kind === 'watermarks',
        }),
      ),
      trace('flush_begin', cpu),
    ] as const;
  const wakeUp = (cpu: (context: ReclaimContext) => number) =>
    [setTask((context) => awake(context.task)), trace('flush_end', cpu)] as const;
  const itsQueue = (context: ReclaimContext): number => context.walk.queuedOn;
  const firstDebt = (context: ReclaimContext): number => context.walk.debts[0] ?? context.walk.queuedOn;

  return {
    throttled: {
      tags: ['blocked'],
      meta: throttledMeta,
      entry: sleepForWork(itsQueue, 'uninterruptible', ({ caller }) => caller),
      on: { 'task.workFlushed': { guard: myToken, target: 'queueingDone' } },
      exit: wakeUp(itsQueue),
    },
    throttledForAWhile: {
      tags: ['blocked'],
      meta: { ...throttledMeta, sleep: 'timed' },
      entry: sleepForWork(itsQueue, 'timed', ({ caller }) => caller),
      on: { 'task.workFlushed': { guard: myToken, target: 'queueingDone' } },
      after: {
        throttleTimeout: {
          target: 'queueingDone',
          actions: [
            send(({ context }) =>
              toInodegc(context.walk.queuedOn, { type: 'inodegc.abandonFlush', token: context.token }),
            ),
            change((context) => ({ walk: { ...context.walk, disarmed: true } })),
          ],
        },
      },
      exit: wakeUp(itsQueue),
    },
    throttledOutside: {
      tags: ['blocked'],
      meta: throttledMeta,
      entry: sleepForWork(firstDebt, 'uninterruptible', ({ caller }) => caller.slice(INLINE_CALLER.length)),
      on: { 'task.workFlushed': { guard: myToken, target: 'debtPaid' } },
      exit: wakeUp(firstDebt),
    },
    debtPaid: {
      entry: change(debtPaid),
      always: [
        { guard: ({ context }: Args) => context.walk.debts.length > 0, target: 'throttledOutside' },
        { target: 'walked' },
      ],
    },
  } as const;
}
