/**
 * The part of a statechart in which an allocation reclaims for itself: throttle_direct_reclaim, then rounds of
 * shrink_node at priorities 12 to 0. Linux 6.1 mm/vmscan.c try_to_free_pages, throttle_direct_reclaim,
 * do_try_to_free_pages. A GFP_NOFS caller for whom there is nothing goes from the first priority to the last at once,
 * without the CPU time of those between (0.1 ms of a round and the jiffy after it). Leaves out compaction, and the
 * throttles of reclaim_throttle, which need dirty pages.
 */
import { chartKit, delay } from '@dragon/statechart';
import { pfmemallocWait } from '../locking/resources.ts';
import { type Received, type TaskMessage, toMemory } from '../messages.ts';
import { asleep, wakeUp } from '../sched/task.ts';
import { hit } from '../tracepoints.ts';
import {
  type AllocContext,
  isInVain,
  lastPriorityChosen,
  lruReclaimed,
  priorityRaised,
  roundBegun,
  roundEnded,
  slabCredited,
  throttleKilled,
} from './allocation.ts';
import { shrinkNodeDelays, shrinkNodeStates } from './shrink-node-chart.ts';
import { stackOf, STACKS } from '../stacks/stacks.ts';

/** The delays of the chart and of shrink_node in it, for `setup`. */
export const directReclaimDelays = {
  ...shrinkNodeDelays(({ alloc }: AllocContext) => alloc.scanned),
  directThrottle: () => delay('directThrottle'),
};

/** Returns the trace fields that say who acts and on which CPU. */
export const acting = ({ self, cpu }: AllocContext) => ({ task: self, cpu });

const { send, trace, change, guard } = chartKit<AllocContext, Received<TaskMessage>>();

const abandon = send(({ node }) => toMemory(node, { type: 'memory.abandonThrottle' }));
const killed = { target: 'roundOver', actions: [abandon, change(throttleKilled)] } as const;

/** Asleep in throttle_direct_reclaim; a fatal signal ends that. */
const waitingForKswapd = (mode: 'killable' | 'timed') =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 'kswapd to bring free memory above half of MIN', sleep: mode },
    entry: change(({ task, node, caller }) => {
      const stacks = mode === 'killable' ? STACKS.pfmemallocWait : STACKS.pfmemallocWaitAWhile;
      return { task: asleep(task, pfmemallocWait(node), stackOf(stacks, caller), mode) };
    }),
    on: { 'task.directReclaimAllowed': 'beginningRound', 'task.oomKilled': killed, 'task.killed': killed },
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
  ...shrinkNodeStates({
    nrToReclaim: ({ geometry }: AllocContext) => geometry.swapClusterMax,
    lruShrunk: lruReclaimed,
    slabShrunk: slabCredited,
    next: 'countingProgress',
  }),
  countingProgress: {
    always: [
      {
        guard: guard(({ alloc, priority, geometry }) => alloc.nrReclaimed >= geometry.swapClusterMax || priority === 0),
        target: 'endingRound',
      },
      // What the rounds between would do the last one does, too: kick inodegc, and leave the superblock what it owes.
      { guard: guard(isInVain), target: 'shrinkingLru', actions: change(lastPriorityChosen) },
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
