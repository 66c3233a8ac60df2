/**
 * The inodegc structure and kworker of one CPU. Linux 6.1 fs/xfs/xfs_icache.c: xfs_inodegc_queue, xfs_inodegc_worker,
 * xfs_inodegc_shrinker_scan, xfs_inodegc_push, _stop, _start; kernel/workqueue.c. Finished inodes are handed to the
 * cache in groups of a cluster, and at the end of a run: until then they count as in its batch. Leaves out CPU hotplug,
 * the rescuer, and the CPU time of the pool's other kworkers, which only run barriers.
 */
import type { AgentId, TraceFields } from '@dragon/engine';
import {
  allocDelays,
  allocHandlers,
  allocStates,
  countInodes,
  type InactivateContext,
  inactivateDelays,
  inactivateStates,
  INODES_PER_CLUSTER,
  type InodegcMessage,
  type InodeRun,
  type Received,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  toMemory,
  toTask,
  cpuTime,
} from '@dragon/kernel';
import { delay, effectActions, type Tracepoint, typesOf, update } from '@dragon/statechart';
import { assign, raise, setup } from 'xstate';
import {
  awaitingLow,
  batchBegun,
  barrierReached,
  enabledChanged,
  fired,
  flushAbandoned,
  flushed,
  handedOver,
  initialContext,
  groupHandedOver,
  inodeDone,
  inodeDoneAndNext,
  type InodegcContext,
  type InodegcParams,
  memoryRequested,
  pushed,
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
      ? [toInodeCache({ type: 'inodeCache.inodegcListChanged', nonEmpty: context.queue.list.count > 0 })]
      : [],
} as const;

/**
 * xfs_inodegc_queue and xfs_inodegc_throttle; while inactivation is disabled, all that is hit is
 * xfs_inode_set_need_inactive before them.
 */
const traceQueued = {
  type: 'trace',
  params: ({ context, event }: { context: InodegcContext; event: InodegcEvent }): Tracepoint[] => {
    const { cpu, outcome } = context;
    const task = (event as Received<InodegcMessage>).from;
    const runs = outcome.taken.map(({ ino, count }) => ({
      kind: 'trace' as const,
      event: context.queue.enabled ? 'xfs_inodegc_queue' : 'xfs_inode_set_need_inactive',
      fields: { cpu, task, ino, count, items: context.queue.items },
    }));
    return outcome.throttle
      ? [...runs, { kind: 'trace' as const, event: 'xfs_inodegc_throttle', fields: { cpu, task } }]
      : runs;
  },
} as const;

const trace = (event: string, fields: (context: InodegcContext) => TraceFields = () => ({})) =>
  ({
    type: 'trace',
    params: ({ context }: { context: InodegcContext }) => ({
      kind: 'trace' as const,
      event,
      fields: { cpu: context.cpu, ...fields(context) },
    }),
  }) as const;

const sendDone = {
  type: 'send',
  params: ({ context }: { context: InodegcContext }) =>
    context.done.length > 0 ? [toInodeCache({ type: 'inodeCache.setReclaimable', inodes: context.done })] : [],
} as const;

const change = (next: (context: InodegcContext) => Partial<InodegcContext>) =>
  update<InodegcContext, InodegcContext, InodegcEvent>(next);

/** The inode that has been done last, and the one at hand. */
const traceNext = {
  type: 'trace',
  params: ({ context: { cpu, done, inode } }: { context: InodegcContext }): Tracepoint[] => [
    {
      kind: 'trace' as const,
      event: 'xfs_inode_set_reclaimable',
      fields: { ino: done.at(-1)?.ino ?? 0, count: 1, cpu },
    },
    ...(inode === null
      ? []
      : [{ kind: 'trace' as const, event: 'xfs_inode_inactivating', fields: { ino: inode.ino, count: 1, cpu } }]),
  ],
} as const;

const isGroup = ({ done }: { readonly done: readonly InodeRun[] }): boolean => countInodes(done) >= INODES_PER_CLUSTER;

/**
 * After an inode the worker begins the next; a cluster of them goes to the cache. The finished one of the group is
 * handed over with the next group.
 */
const finish = [
  {
    guard: ({ context }: { context: InactivateContext }) => (context as InodegcContext).batch.count === 0,
    target: 'batchDone',
    actions: [change(inodeDone), traceNext, wake],
  },
  {
    guard: ({ context }: { context: InactivateContext }) => isGroup(context as InodegcContext),
    target: 'reserving',
    actions: [sendDone, change(groupHandedOver), traceNext, wake],
  },
  { target: 'reserving', actions: [change(inodeDoneAndNext), traceNext, wake] },
] as const;
type Finishing = (typeof finish)[number]['actions'];

export const inodegcMachine = setup({
  types: typesOf<{ context: InodegcContext; events: InodegcEvent; input: InodegcParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    ...allocDelays,
    ...inactivateDelays,
    jiffy: () => delay('jiffy'),
    startWork: () => cpuTime('startWork'),
    runBarrier: () => cpuTime('runBarrier'),
    wakeWorker: () => delay('wakeWorker'),
  },
  guards: {
    barrierIsFree: ({ context }) => context.task.asleep && context.work.pool[0]?.kind === 'barrier',
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
        traceQueued,
        {
          type: 'send',
          params: ({ context: { outcome }, event }) =>
            toTask(event.from, { type: 'task.inodesQueued', count: outcome.count, throttle: outcome.throttle }),
        },
        ...workChanged,
      ],
    },
    'inodegc.shrinkerHit': { actions: [assign(({ context }) => shrinkerHit(context)), ...workChanged] },
    'inodegc.push': { actions: [assign(({ context }) => pushed(context)), ...workChanged] },
    'inodegc.setEnabled': {
      actions: [assign(({ context, event }) => enabledChanged(context, event.enabled)), ...workChanged],
    },
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
    ...threadHandlers<InodegcContext, InodegcEvent>(),
    ...allocHandlers<InodegcContext, InodegcEvent>(),
    'task.workFlushed': {},
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
        idle: {
          tags: ['sleeping'],
          on: { 'worker.kick': { guard: ({ context }) => context.work.pool.length > 0, target: 'starting' } },
        },
        starting: { after: { startWork: 'dispatching' } },
        dispatching: {
          always: [
            {
              guard: ({ context }) => context.work.pool[0]?.kind === 'work' && context.queue.list.count === 0,
              target: 'dispatching',
              reenter: true,
              actions: [assign(({ context }) => runStarted(context)), assign(({ context }) => runEnded(context))],
            },
            { guard: ({ context }) => context.work.pool[0]?.kind === 'work', target: 'running' },
            { guard: ({ context }) => context.work.pool.length > 0, target: 'runningBarrier' },
            { target: 'idle' },
          ],
        },
        /** complete() wakes the flusher, who may take the CPU before the kworker comes to what is next in the pool. */
        runningBarrier: {
          entry: [assign(({ context }) => barrierReached(context)), wake],
          after: { runBarrier: 'dispatching' },
        },
        running: {
          entry: [
            trace('workqueue_execute_start'),
            trace('xfs_inodegc_worker', ({ queue }) => ({ shrinkerHits: queue.shrinkerHits, items: queue.items })),
            assign(({ context }) => runStarted(context)),
            tellListChanged,
            assign(({ context }) => memoryRequested(context)),
          ],
          initial: 'allocating',
          states: {
            allocating: {
              initial: 'fastPath',
              states: allocStates<InodegcContext, InodegcEvent>(),
              onDone: {
                target: 'reserving',
                actions: [
                  assign(({ context }) => batchBegun(context)),
                  trace('xfs_inode_inactivating', ({ inode }) => ({ ino: inode?.ino ?? 0, count: 1 })),
                ],
              },
            },
            ...inactivateStates<InodegcContext, InodegcEvent, Finishing>(finish),
            batchDone: { type: 'final' },
          },
          onDone: {
            target: 'dispatching',
            actions: [trace('workqueue_execute_end'), assign(({ context }) => runEnded(context))],
          },
          exit: [
            sendDone,
            assign(handedOver),
            {
              type: 'send',
              params: ({ context }) =>
                context.alloc.granted > 0
                  ? [toMemory(context.node, { type: 'memory.free', pages: context.alloc.granted, use: 'slab' })]
                  : [],
            },
          ],
        },
      },
    },
    /**
     * Another kworker of the pool, which wq_worker_sleeping or insert_work wakes while ours sleeps in a run. max_active
     * keeps the work from it, but not a barrier that no longer stands behind the work: that flusher goes on although
     * nothing was inactivated.
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
