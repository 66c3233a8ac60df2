/**
 * The part of a statechart in which an allocation reclaims for itself: throttle_direct_reclaim, then rounds of LRU and
 * slab at priorities 12 to 0. Linux 6.1 mm/vmscan.c try_to_free_pages, throttle_direct_reclaim, do_try_to_free_pages,
 * shrink_node. Leaves out compaction, and the throttles of reclaim_throttle, which need dirty pages.
 */
import { cpuTime, asleep, awake, type Task } from '../sched/task.ts';
import type { EventObject, MachineContext } from 'xstate';
import {
  type AllocContext,
  lruReclaimed,
  priorityRaised,
  roundBegun,
  slabCredited,
  slowPathStack,
  SWAP_CLUSTER_MAX,
  throttleKilled,
} from './allocation.ts';
import { delay, type Send, type Tracepoint, update } from '@dragon/statechart';
import { pfmemallocWait } from '../locking/resources.ts';
import { type Received, type TaskMessage, toMemory } from '../messages.ts';
import { shrinkSlabStates } from './shrink-slab-chart.ts';

type Args = { readonly context: AllocContext };
type Reply<T extends TaskMessage['type']> = Received<Extract<TaskMessage, { type: T }>>;

/**
 * The delays of the chart, for `setup`. `shrinkNode` is the CPU time of a node's lists at one priority without the
 * pages and the slab on them.
 */
export const directReclaimDelays = {
  scanLruPages: ({ context }: Args) => cpuTime('scanLruPage', context.alloc.scanned),
  shrinkNode: () => cpuTime('shrinkNode'),
  directThrottle: () => delay('directThrottle'),
};

const send = (params: (args: Args) => Send | readonly Send[]) => ({ type: 'send', params }) as const;
const trace = (params: (args: Args) => Tracepoint) => ({ type: 'trace', params }) as const;

const scannedNothing = ({ event }: { readonly event: EventObject }): boolean =>
  (event as Reply<'task.lruShrunk'>).scanned === 0;

/** Returns the trace fields that say who acts and on which CPU. */
export const acting = ({ self, cpu }: AllocContext) => ({ task: self, cpu });

/**
 * Returns the states of a compound state that starts at `enteringReclaim`; its `onDone` fires when the round is over.
 * Then `context.alloc.nrReclaimed` is what try_to_free_pages returns.
 */
export function directReclaimStates<C extends AllocContext & MachineContext, E extends EventObject>() {
  const change = (next: (context: AllocContext) => Partial<AllocContext>) => update<AllocContext, C, E>(next);
  const setTask = (task: (context: AllocContext) => Task) => change((context) => ({ task: task(context) }));
  const sleepForKswapd = (mode: 'killable' | 'timed') =>
    setTask(({ task, node, caller }) =>
      asleep(task, pfmemallocWait(node), slowPathStack(caller, 'throttle_direct_reclaim', 'try_to_free_pages'), mode),
    );
  const abandon = send(({ context }) => toMemory(context.node, { type: 'memory.abandonThrottle' }));
  const killed = { target: 'roundOver', actions: [abandon, change(throttleKilled)] } as const;
  const noteScan = update<AllocContext, C, E>((context, event) => {
    const { scanned, reclaimed } = event as unknown as Reply<'task.lruShrunk'>;
    return lruReclaimed(context, scanned, reclaimed);
  });
  const meta = (sleep: 'killable' | 'timed') => ({ waitsFor: 'kswapd to bring free memory above half of MIN', sleep });
  return {
    enteringReclaim: {
      always: [
        // A kernel thread and a task that is being killed are not throttled.
        { guard: ({ context }: Args) => context.kthread || context.victim, target: 'beginningRound' },
        { target: 'askingToReclaim' },
      ],
    },
    askingToReclaim: {
      entry: send(({ context }) =>
        toMemory(context.node, { type: 'memory.throttleDirectReclaim', gfpFs: context.gfpFs }),
      ),
      on: {
        'task.directReclaimAllowed': 'beginningRound',
        'task.pfmemallocWaits': [
          { guard: ({ context }: Args) => context.victim, ...killed },
          { guard: ({ context }: Args) => context.gfpFs, target: 'waitingForKswapd' },
          { target: 'waitingForKswapdAWhile' },
        ],
      },
    },
    waitingForKswapd: {
      tags: ['blocked'],
      meta: meta('killable'),
      entry: sleepForKswapd('killable'),
      on: { 'task.directReclaimAllowed': 'beginningRound', 'task.oomKilled': killed },
      exit: setTask(({ task }) => awake(task)),
    },
    waitingForKswapdAWhile: {
      tags: ['blocked'],
      meta: meta('timed'),
      entry: sleepForKswapd('timed'),
      on: { 'task.directReclaimAllowed': 'beginningRound', 'task.oomKilled': killed },
      after: { directThrottle: { target: 'beginningRound', actions: abandon } },
      exit: setTask(({ task }) => awake(task)),
    },
    beginningRound: {
      entry: [
        change(roundBegun),
        trace(({ context }) => ({
          kind: 'trace' as const,
          event: 'mm_vmscan_direct_reclaim_begin',
          fields: { gfpFlags: context.gfpFs ? 'GFP_KERNEL' : 'GFP_NOFS', ...acting(context) },
        })),
      ],
      always: 'shrinkingLru',
    },
    shrinkingLru: {
      entry: send(({ context }) =>
        toMemory(context.node, {
          type: 'memory.shrinkLruvec',
          priority: context.priority,
          nrToReclaim: SWAP_CLUSTER_MAX,
        }),
      ),
      on: {
        'task.lruShrunk': [
          { guard: scannedNothing, target: 'visitingNode', actions: noteScan },
          { target: 'scanningLru', actions: noteScan },
        ],
      },
    },
    scanningLru: { after: { scanLruPages: 'visitingNode' } },
    visitingNode: { after: { shrinkNode: 'shrinkingSlab' } },
    shrinkingSlab: {
      initial: 'lockingShrinkers',
      states: shrinkSlabStates<C, E>(),
      onDone: 'countingProgress',
    },
    countingProgress: {
      entry: [
        send(({ context: { walk, node } }) =>
          walk.credit > 0 ? toMemory(node, { type: 'memory.slabReclaimed', pages: walk.credit }) : [],
        ),
        change(slabCredited),
      ],
      always: [
        { guard: ({ context }: Args) => context.alloc.nrReclaimed >= SWAP_CLUSTER_MAX, target: 'endingRound' },
        { guard: ({ context }: Args) => context.priority === 0, target: 'endingRound' },
        { target: 'shrinkingLru', actions: change(priorityRaised) },
      ],
    },
    endingRound: {
      entry: [
        change(() => ({ reclaimState: false })),
        trace(({ context }) => ({
          kind: 'trace' as const,
          event: 'mm_vmscan_direct_reclaim_end',
          fields: { nrReclaimed: context.alloc.nrReclaimed, ...acting(context) },
        })),
      ],
      always: 'roundOver',
    },
    roundOver: { type: 'final' },
  } as const;
}
