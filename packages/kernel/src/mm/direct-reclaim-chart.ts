/**
 * The part of a statechart in which an allocation reclaims for itself: throttle_direct_reclaim, then rounds of LRU and
 * slab at priorities 12 to 0. Linux 6.1 mm/vmscan.c try_to_free_pages, throttle_direct_reclaim, do_try_to_free_pages,
 * shrink_node. Leaves out compaction, and the throttles of reclaim_throttle, which need dirty pages.
 */
import { chartKit, delay } from '@dragon/statechart';
import { pfmemallocWait } from '../locking/resources.ts';
import { type Received, type TaskMessage, toMemory } from '../messages.ts';
import { asleep, cpuTime, wakeUp } from '../sched/task.ts';
import { hit } from '../tracepoints.ts';
import {
  type AllocContext,
  lruReclaimed,
  priorityRaised,
  roundBegun,
  roundEnded,
  slabCredited,
  slowPathStack,
  throttleKilled,
} from './allocation.ts';
import { shrinkSlabStates } from './shrink-slab-chart.ts';

/**
 * The delays of the chart, for `setup`. `shrinkNode` is the CPU time of a node's lists at one priority without the
 * pages and the slab on them.
 */
export const directReclaimDelays = {
  scanLruPages: ({ context }: { readonly context: AllocContext }) => cpuTime('scanLruPage', context.alloc.scanned),
  shrinkNode: () => cpuTime('shrinkNode'),
  directThrottle: () => delay('directThrottle'),
};

/** Returns the trace fields that say who acts and on which CPU. */
export const acting = ({ self, cpu }: AllocContext) => ({ task: self, cpu });

const { send, trace, change, on, guard, guardOn } = chartKit<AllocContext, Received<TaskMessage>>();

const noteScan = on('task.lruShrunk', (context, { scanned, reclaimed }) => lruReclaimed(context, scanned, reclaimed));
const abandon = send(({ node }) => toMemory(node, { type: 'memory.abandonThrottle' }));
const killed = { target: 'roundOver', actions: [abandon, change(throttleKilled)] } as const;

/** Asleep in throttle_direct_reclaim; a fatal signal ends that. */
const waitingForKswapd = (mode: 'killable' | 'timed') =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 'kswapd to bring free memory above half of MIN', sleep: mode },
    entry: change(({ task, node, caller }) => {
      const stack = slowPathStack(caller, 'throttle_direct_reclaim', 'try_to_free_pages');
      return { task: asleep(task, pfmemallocWait(node), stack, mode) };
    }),
    on: { 'task.directReclaimAllowed': 'beginningRound', 'task.oomKilled': killed },
    exit: wakeUp,
  }) as const;

/**
 * The states of a compound state that starts at `enteringReclaim`; its `onDone` fires when the round is over. Then
 * `context.alloc.nrReclaimed` is what try_to_free_pages returns.
 */
export const directReclaimStates = {
  enteringReclaim: {
    always: [
      // A kernel thread and a task that is being killed are not throttled.
      { guard: guard(({ kthread, victim }) => kthread || victim), target: 'beginningRound' },
      { target: 'askingToReclaim' },
    ],
  },
  askingToReclaim: {
    entry: send(({ node, gfpFs }) => toMemory(node, { type: 'memory.throttleDirectReclaim', gfpFs })),
    on: {
      'task.directReclaimAllowed': 'beginningRound',
      'task.pfmemallocWaits': [
        { guard: guard(({ victim }) => victim), ...killed },
        { guard: guard(({ gfpFs }) => gfpFs), target: 'waitingForKswapd' },
        { target: 'waitingForKswapdAWhile' },
      ],
    },
  },
  waitingForKswapd: waitingForKswapd('killable'),
  waitingForKswapdAWhile: {
    ...waitingForKswapd('timed'),
    after: { directThrottle: { target: 'beginningRound', actions: abandon } },
  },
  beginningRound: {
    entry: [
      change(roundBegun),
      trace((context) =>
        hit('mm_vmscan_direct_reclaim_begin', {
          gfpFlags: context.gfpFs ? 'GFP_KERNEL' : 'GFP_NOFS',
          ...acting(context),
        }),
      ),
    ],
    always: 'shrinkingLru',
  },
  shrinkingLru: {
    entry: send(({ node, priority, geometry }) =>
      toMemory(node, { type: 'memory.shrinkLruvec', priority, nrToReclaim: geometry.swapClusterMax }),
    ),
    on: {
      'task.lruShrunk': [
        {
          guard: guardOn('task.lruShrunk', (_context, { scanned }) => scanned === 0),
          target: 'visitingNode',
          actions: noteScan,
        },
        { target: 'scanningLru', actions: noteScan },
      ],
    },
  },
  scanningLru: { after: { scanLruPages: 'visitingNode' } },
  visitingNode: { after: { shrinkNode: 'shrinkingSlab' } },
  shrinkingSlab: { initial: 'lockingShrinkers', states: shrinkSlabStates, onDone: 'countingProgress' },
  countingProgress: {
    entry: [
      send(({ walk, node }) =>
        walk.credit > 0 ? toMemory(node, { type: 'memory.slabReclaimed', pages: walk.credit }) : [],
      ),
      change(slabCredited),
    ],
    always: [
      {
        guard: guard(({ alloc, priority, geometry }) => alloc.nrReclaimed >= geometry.swapClusterMax || priority === 0),
        target: 'endingRound',
      },
      { target: 'shrinkingLru', actions: change(priorityRaised) },
    ],
  },
  endingRound: {
    entry: [
      change(roundEnded),
      trace((context) =>
        hit('mm_vmscan_direct_reclaim_end', { nrReclaimed: context.alloc.nrReclaimed, ...acting(context) }),
      ),
    ],
    always: 'roundOver',
  },
  roundOver: { type: 'final' },
} as const;
