/**
 * The part of a shrinker walk that evicts what a superblock scan isolated: dispose_list, evict, xfs_fs_destroy_inode,
 * xfs_inode_mark_reclaimable, xfs_inodegc_queue. Linux 6.1 fs/inode.c, fs/xfs/xfs_icache.c. Inodes go in batches with
 * one look at the clock each.
 */
import { chartKit } from '@dragon/statechart';
import { type Received, type TaskMessage, toInodeCache, toInodegc } from '../messages.ts';
import {
  cleanEvicted,
  debtNoted,
  evictionBegun,
  flushAbandoned,
  inlineInodeTaken,
  inodesQueued,
  queueCaller,
  type ReclaimContext,
} from '../mm/slab-walk.ts';
import type { Throttle } from '../policy/policy-values.ts';
import { STACKS } from '../stacks/stacks.ts';
import { inactivateStates, NOTHING_LOGGED } from './inactivate-chart.ts';
import { flushing, queueOf, throttlingStates } from './throttle-chart.ts';

const { send, change, on, guard, guardOn } = chartKit<ReclaimContext, Received<TaskMessage>>();

const throttleIs = (kind: Throttle['kind']) => guard(({ policy }) => policy.throttle.kind === kind);
/** The wait comes after shrink_slab. */
const waitsOutside = guard(
  ({ policy: { throttle } }) => throttle.kind === 'outside-rwsem' || throttle.kind === 'allocators',
);
const allHaveGone = guard(({ walk }) => walk.evicted.length === 0);
const noteQueued = on('task.inodesQueued', (context, { count }) => inodesQueued(context, count));

/** xfs_inodegc_queue's wait: under throttle=timed a timeout ends it. */
const throttling = {
  initial: 'choosingSleep',
  states: {
    choosingSleep: {
      always: [{ guard: throttleIs('timed'), target: 'throttledForAWhile' }, { target: 'throttled' }],
    },
    ...throttlingStates,
    throttledForAWhile: {
      ...flushing('goOn', 'timed', () => STACKS.throttledForAWhile),
      after: {
        throttleTimeout: {
          target: 'goOn',
          actions: [
            send((context) => toInodegc(queueOf(context), { type: 'inodegc.abandonFlush', token: context.token })),
            change(flushAbandoned),
          ],
        },
      },
    },
  },
  onDone: 'someQueued',
} as const;

/** xfs_inodegc_queue for all that was evicted: the queue takes as many as it can before somebody has to wait. */
const queueing = {
  initial: 'queueingInodes',
  states: {
    queueingInodes: {
      entry: send((context) =>
        toInodegc(context.cpu, {
          type: 'inodegc.queueInodes',
          inodes: context.walk.evicted,
          caller: queueCaller(context),
        }),
      ),
      on: {
        'task.inodesQueued': [
          {
            guard: guardOn('task.inodesQueued', (_context, { throttle }) => !throttle),
            target: 'someQueued',
            actions: noteQueued,
          },
          { guard: waitsOutside, target: 'someQueued', actions: [noteQueued, change(debtNoted)] },
          { target: 'throttling', actions: noteQueued },
        ],
      },
    },
    throttling,
    someQueued: {
      entry: change(() => ({ queuedOn: null })),
      always: [{ guard: allHaveGone, target: 'allQueued' }, { target: 'queueingInodes' }],
    },
    allQueued: { type: 'final' },
  },
  onDone: 'choosingInodes',
} as const;

/** Under throttle=inline the thread inactivates what it has evicted, one inode after the other. */
const inactivatingInline = {
  initial: 'choosingInode',
  states: {
    choosingInode: {
      always: [
        { guard: allHaveGone, target: 'allInactivated' },
        { target: 'inactivating', actions: change(inlineInodeTaken) },
      ],
    },
    inactivating: {
      initial: 'reserving',
      states: inactivateStates(),
      onDone: {
        target: 'choosingInode',
        actions: [
          send(({ inode }) =>
            toInodeCache({
              type: 'inodeCache.setReclaimable',
              inodes: inode === null ? [] : [{ ...inode, count: 1 }],
              ...NOTHING_LOGGED,
            }),
          ),
          change(() => ({ inode: null, neighbours: 0 })),
        ],
      },
    },
    allInactivated: { type: 'final' },
  },
  onDone: 'choosingInodes',
} as const;

/** The states of a compound state that starts at `choosingInodes`; its `onDone` fires when all have been evicted. */
export const disposeStates = {
  choosingInodes: {
    always: [
      { guard: guard(({ walk }) => walk.dispose.length === 0), target: 'disposed' },
      { target: 'evicting', actions: change(evictionBegun) },
    ],
  },
  evicting: {
    after: {
      evictInodes: [
        {
          guard: guard(({ walk }) => walk.evicted[0]?.fate === 'clean'),
          target: 'choosingInodes',
          actions: [
            // Inodes that need no inactivation go straight to the reclaimable ones.
            send(({ walk }) => toInodeCache({ type: 'inodeCache.evicted', inodes: walk.evicted })),
            change(cleanEvicted),
          ],
        },
        { guard: throttleIs('inline'), target: 'inactivatingInline' },
        { target: 'queueing' },
      ],
    },
  },
  inactivatingInline,
  queueing,
  disposed: { type: 'final' },
} as const;
