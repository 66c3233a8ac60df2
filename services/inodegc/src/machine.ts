/**
 * The inodegc structure and kworker of one CPU. Linux 6.1 fs/xfs/xfs_icache.c: xfs_inodegc_queue, xfs_inodegc_worker, xfs_inodegc_shrinker_scan;
 * kernel/workqueue.c. Leaves out CPU hotplug, stop and start for freeze, the near-quota and low-space tests, and scheduling: a kworker runs as
 * soon as it is woken (the traces' facts 4 and 5 show when a real one does not).
 */
import type { AgentId } from '@dragon/engine';
import {
  delay,
  effectActions,
  inactivateDelays,
  inactivateStates,
  type InodegcMessage,
  type Received,
  showTask,
  type TaskMessage,
  toInodeCache,
  toTask,
  toWatchdog,
  typesOf,
} from '@dragon/kernel';
import { assign, raise, setup } from 'xstate';
import {
  awaitingLow,
  barrierReached,
  fired,
  flushAbandoned,
  flushed,
  initialContext,
  inodeDone,
  type InodegcContext,
  type InodegcParams,
  inodeTaken,
  queued,
  runEnded,
  runStarted,
  shrinkerHit,
} from './worker-state.ts';

type Internal = { readonly type: 'timer.arm' } | { readonly type: 'timer.disarm' } | { readonly type: 'worker.kick' };
type InodegcEvent = Received<InodegcMessage | TaskMessage> | Internal;

/** The timer follows the work item, and the kworker looks at the pool's list. */
const workChanged = [
  raise<InodegcContext, InodegcEvent, InodegcEvent, undefined>(({ context }) => ({
    type: context.work.armed ? 'timer.arm' : 'timer.disarm',
  })),
  raise<InodegcContext, InodegcEvent, InodegcEvent, undefined>({ type: 'worker.kick' }),
];

const wake = {
  type: 'send',
  params: ({ context }: { context: InodegcContext }) =>
    context.outcome.woken.map(({ task, token }) => toTask(task, { type: 'task.workFlushed', token })),
} as const;

const tellListChanged = {
  type: 'send',
  params: ({ context }: { context: InodegcContext }) =>
    context.outcome.listChanged
      ? [toInodeCache({ type: 'inodeCache.inodegcListChanged', nonEmpty: context.queue.list.length > 0 })]
      : [],
} as const;

export const inodegcMachine = setup({
  types: typesOf<{ context: InodegcContext; events: InodegcEvent; input: InodegcParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: { ...inactivateDelays, jiffy: () => delay('jiffy'), wakeWorker: () => delay('wakeWorker') },
  guards: {
    barrierIsFree: ({ context }) => context.task.waitsFor !== null && context.work.pool[0]?.kind === 'barrier',
  },
}).createMachine({
  id: 'inodegc',
  context: ({ input }) => initialContext(input),
  type: 'parallel',
  on: {
    'inodegc.queueInodes': {
      actions: [
        assign(({ context, event }) => queued(context, event.inodes, event.caller)),
        tellListChanged,
        {
          type: 'send',
          params: ({ context: { outcome }, event }) =>
            toTask(event.from, { type: 'task.inodesQueued', count: outcome.count, throttle: outcome.throttle }),
        },
        ...workChanged,
      ],
    },
    'inodegc.shrinkerHit': { actions: [assign(({ context }) => shrinkerHit(context)), ...workChanged] },
    'inodegc.flush': {
      actions: [
        assign(({ context, event }) => {
          const flusher = { task: event.from, token: event.token };
          return event.awaitLow ? awaitingLow(context, flusher) : flushed(context, flusher);
        }),
        wake,
        ...workChanged,
      ],
    },
    'inodegc.abandonFlush': {
      actions: assign(({ context, event }) => flushAbandoned(context, { task: event.from, token: event.token })),
    },
    'task.show': {
      actions: { type: 'send', params: ({ context, event }) => toWatchdog(event.from, showTask(context.task)) },
    },
  },
  states: {
    timer: {
      initial: 'disarmed',
      states: {
        disarmed: { on: { 'timer.arm': 'armed' } },
        armed: {
          on: { 'timer.arm': { target: 'armed', reenter: true }, 'timer.disarm': 'disarmed' },
          after: {
            jiffy: {
              target: 'disarmed',
              actions: [assign(({ context }) => fired(context)), raise({ type: 'worker.kick' })],
            },
          },
        },
      },
    },
    worker: {
      initial: 'idle',
      states: {
        idle: { on: { 'worker.kick': { guard: ({ context }) => context.work.pool.length > 0, target: 'waking' } } },
        waking: { after: { wakeWorker: 'dispatching' } },
        dispatching: {
          always: [
            { guard: ({ context }) => context.work.pool[0]?.kind === 'work', target: 'running' },
            {
              guard: ({ context }) => context.work.pool.length > 0,
              target: 'dispatching',
              reenter: true,
              actions: [assign(({ context }) => barrierReached(context)), wake],
            },
            { target: 'idle' },
          ],
        },
        running: {
          entry: [assign(({ context }) => runStarted(context)), tellListChanged],
          initial: 'choosingInode',
          states: {
            choosingInode: {
              always: [
                { guard: ({ context }) => context.batch.length === 0, target: 'batchDone' },
                { target: 'inactivating', actions: assign(({ context }) => inodeTaken(context)) },
              ],
            },
            inactivating: {
              initial: 'starting',
              states: inactivateStates<InodegcContext, InodegcEvent>(),
              onDone: {
                target: 'choosingInode',
                actions: [
                  assign(({ context }) => inodeDone(context)),
                  { type: 'send', params: toInodeCache({ type: 'inodeCache.setReclaimable', count: 1 }) },
                  wake,
                ],
              },
            },
            batchDone: { type: 'final' },
          },
          onDone: { target: 'dispatching', actions: [assign(({ context }) => runEnded(context)), wake] },
        },
      },
    },
    /**
     * Another kworker of the pool, which wq_worker_sleeping or insert_work wakes while ours sleeps in a run. max_active keeps the work from it, but
     * not a barrier that no longer stands behind the work: that flusher goes on although nothing was inactivated.
     */
    spare: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'barrierIsFree', target: 'waking' } },
        waking: { after: { wakeWorker: 'dispatching' } },
        dispatching: {
          always: [
            {
              guard: 'barrierIsFree',
              target: 'dispatching',
              reenter: true,
              actions: [assign(({ context }) => barrierReached(context)), wake],
            },
            { target: 'idle' },
          ],
        },
      },
    },
  },
});
