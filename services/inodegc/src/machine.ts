/**
 * The inodegc structure and kworker of one CPU. Linux 6.1 fs/xfs/xfs_icache.c: xfs_inodegc_queue, xfs_inodegc_worker,
 * xfs_inodegc_shrinker_scan, xfs_inodegc_push, _stop, _start, _cpu_dead; kernel/workqueue.c. Finished inodes are handed
 * to the cache in groups of a cluster, and at the end of a run: until then they count as in its batch. Its region
 * `timer` only shows what the work item says. When its CPU is dead the kworker is unbound and runs on any other
 * (workqueue_offline_cpu, unbind_workers). In a file system that is shut down xfs_inactive comes to nothing, so a batch
 * is done in no time: a worker learns of it from the first inode that it tries. Leaves out the rescuer, and the CPU
 * time of the pool's other kworkers, which only run barriers.
 */
import type { AgentId } from '@dragon/engine';
import {
  allocDelays,
  allocHandlers,
  allocStates,
  cpuTime,
  type Finish,
  hit,
  inactivateStates,
  lockingFirst,
  type InodegcMessage,
  nap,
  type Received,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  transactionJoined,
  wakeUp,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, typesOf } from '@dragon/statechart';
import { raise, setup } from 'xstate';
import { batchAborted } from './aborted-batch.ts';
import { bufferAllocated, bufferFound, bufferRequested, inodeAtHand, lacksBuffer } from './cluster-buffer.ts';
import { listTaken, workCancelled } from './dead-cpu.ts';
import { joinedFirst, lacksLogItems, logItemsRequested, logItemsTaken } from './log-item-stock.ts';
import {
  barrierReached,
  batchBegun,
  batchDone,
  batchLeft,
  enabledChanged,
  flushAbandoned,
  flushBegun,
  initialContext,
  type InodegcContext,
  type InodegcParams,
  inodesQueued,
  lowAwaited,
  nextInodeTaken,
  runEnded,
  runStarted,
  shrinkerHitCounted,
  workPushed,
  workTimerFired,
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

const { trace, change, answer, on, answerTo, guard, guardOn, send } = chartKit<InodegcContext, InodegcEvent>();

/** After an inode the worker begins the next. */
const finish: readonly Finish<InodegcContext>[] = [
  { guard: guard(({ batch }) => batch.count === 0), target: 'batchDone', actions: [answer(batchDone)] },
  { target: 'reserving', actions: [answer(nextInodeTaken)] },
];

/** The file system is shut down: what is left of the batch is done without transactions. */
const failure: readonly Finish<InodegcContext>[] = [{ target: 'batchDone', actions: [answer(batchAborted)] }];

/** Memory for the log, where what there is does not do for an inode; and the buffer that it is tied to. */
const detour: readonly Finish<InodegcContext>[] = [
  { guard: guard(lacksLogItems), target: 'allocatingLogItems', actions: [change(joinedFirst)] },
  { guard: guard(lacksBuffer), target: 'findingBuffer', actions: [change(transactionJoined)] },
];

export const inodegcMachine = setup({
  types: typesOf<{ context: InodegcContext; events: InodegcEvent; input: InodegcParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    ...allocDelays,
    jiffy: () => delay('jiffy'),
    startWork: () => cpuTime('startWork'),
    runBarrier: () => cpuTime('runBarrier'),
    wakeWorker: () => delay('wakeWorker'),
    readDisk: () => delay('readDisk'),
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
        answerTo('inodegc.queueInodes', (context, { inodes, caller, from }) =>
          inodesQueued(context, inodes, caller, from),
        ),
        ...workChanged,
      ],
    },
    'inodegc.shrinkerHit': { actions: [change(shrinkerHitCounted), ...workChanged] },
    'inodegc.push': { actions: [change(workPushed), ...workChanged] },
    'inodegc.setEnabled': {
      actions: [on('inodegc.setEnabled', (context, { enabled }) => enabledChanged(context, enabled)), ...workChanged],
    },
    'inodegc.flush': {
      actions: [
        answerTo('inodegc.flush', (context, { from, token, awaitLow }) =>
          (awaitLow ? lowAwaited : flushBegun)(context, { task: from, token }),
        ),
        ...workChanged,
      ],
    },
    'inodegc.cancelWork': {
      actions: [
        answerTo('inodegc.cancelWork', (context, { from, token }) => workCancelled(context, { task: from, token })),
        ...workChanged,
      ],
    },
    'inodegc.takeList': { actions: answerTo('inodegc.takeList', (context, { from }) => listTaken(context, from)) },
    'inodegc.abandonFlush': {
      actions: on('inodegc.abandonFlush', (context, { from, token }) => flushAbandoned(context, { task: from, token })),
    },
    ...threadHandlers,
    ...writerHandlers,
    // The worker goes elsewhere when its CPU is dead; the queue stays that of its CPU.
    'task.migrated': {},
    ...allocHandlers,
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
              actions: [change(workTimerFired), raise({ type: 'worker.kick' })],
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
          on: { 'worker.kick': { guard: guard(({ work }) => work.pool.length > 0), target: 'starting' } },
        },
        starting: { after: { startWork: 'dispatching' } },
        dispatching: {
          always: [
            { guard: guard(({ work }) => work.pool[0]?.kind === 'work'), target: 'running' },
            { guard: guard(({ work }) => work.pool.length > 0), target: 'runningBarrier' },
            { target: 'idle' },
          ],
        },
        /** complete() wakes the flusher, who may take the CPU before the kworker comes to what is next in the pool. */
        runningBarrier: {
          entry: answer(barrierReached),
          after: { runBarrier: 'dispatching' },
        },
        running: {
          entry: [
            trace(({ cpu, queue }) => [
              hit('workqueue_execute_start', { cpu }),
              hit('xfs_inodegc_worker', { cpu, shrinkerHits: queue.shrinkerHits, items: queue.items }),
            ]),
            answer(runStarted),
          ],
          initial: 'listTaken',
          states: {
            /** The list may have been folded into another one meanwhile. */
            listTaken: {
              always: [
                { guard: guard(({ batch }) => batch.count === 0), target: 'batchDone' },
                { guard: guard(({ shutDown }) => shutDown), target: 'batchDone', actions: answer(batchAborted) },
                { target: 'reserving', actions: answer(batchBegun) },
              ],
            },
            ...inactivateStates(finish, failure, detour),
            allocatingLogItems: {
              entry: change(logItemsRequested),
              initial: 'fastPath',
              states: allocStates,
              onDone: 'logItemsAllocated',
            },
            logItemsAllocated: {
              entry: change(logItemsTaken),
              always: [
                { guard: guard(lacksLogItems), target: 'allocatingLogItems' },
                // It is not in the transaction yet.
                { guard: guard(({ gfpFs }) => gfpFs), target: 'reserving' },
                { guard: guard(lacksBuffer), target: 'findingBuffer' },
                ...lockingFirst,
              ],
            },
            findingBuffer: {
              entry: send((context) => toInodeCache({ type: 'inodeCache.findBuffer', ino: inodeAtHand(context) })),
              on: {
                'task.bufferFound': [
                  { guard: guardOn('task.bufferFound', (_context, { found }) => found), target: 'bufferFound' },
                  { target: 'allocatingBuffer' },
                ],
              },
            },
            allocatingBuffer: {
              entry: change(bufferRequested),
              initial: 'fastPath',
              states: allocStates,
              onDone: { target: 'readingBuffer', actions: change(bufferAllocated) },
            },
            readingBuffer: {
              tags: ['sleeping'],
              entry: nap,
              exit: wakeUp,
              after: {
                readDisk: {
                  target: 'bufferFound',
                  actions: send((context) =>
                    toInodeCache({ type: 'inodeCache.bufferRead', ino: inodeAtHand(context) }),
                  ),
                },
              },
            },
            bufferFound: { entry: change(bufferFound), always: lockingFirst },
            batchDone: { type: 'final' },
          },
          onDone: {
            target: 'dispatching',
            actions: [trace(({ cpu }) => hit('workqueue_execute_end', { cpu })), change(runEnded)],
          },
          exit: answer(batchLeft),
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
              actions: answer(barrierReached),
            },
            { target: 'idle' },
          ],
        },
      },
    },
  },
});
