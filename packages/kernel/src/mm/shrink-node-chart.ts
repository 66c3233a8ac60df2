/**
 * The part of a statechart that reclaims from a node at one priority: its LRU lists, then its slab. Linux 6.1
 * mm/vmscan.c shrink_node, as kswapd and a direct reclaimer call it. What the thread counts is its own scan_control.
 */
import { chartKit } from '@dragon/statechart';
import { type Received, type TaskMessage, toMemory } from '../messages.ts';
import { cpuTime } from '../sched/task.ts';
import { shrinkSlabDelays, shrinkSlabStates } from './shrink-slab-chart.ts';
import type { ReclaimContext } from './slab-walk.ts';

type NodeContext = ReclaimContext & { readonly node: number };

/** What the LRU gave: pages that were looked at, and that were freed. */
type LruShrunk = Extract<TaskMessage, { type: 'task.lruShrunk' }>;

/** Where a thread has what of its scan_control. Counts are pages. */
type ScanControl<C, Next extends string> = {
  readonly nrToReclaim: (context: C) => number;
  /** What the LRU gave joins what the thread has counted. */
  readonly lruShrunk: (context: C, lru: LruShrunk) => Partial<C>;
  /** And so does what the slab gave, `walk.credit`; the walk is forgotten. */
  readonly slabShrunk: (context: C) => Partial<C>;
  /** The state to go on to. */
  readonly next: Next;
};

/**
 * Returns the delays of the chart and of the slab walk in it, for `setup`. `nrScanned` are the pages that were looked
 * at last; `shrinkNode` is the CPU time of a node's lists at one priority without the pages and the slab on them.
 */
export const shrinkNodeDelays = <C>(nrScanned: (context: C) => number) => ({
  ...shrinkSlabDelays,
  scanLruPages: ({ context }: { readonly context: C }) => cpuTime('scanLruPage', nrScanned(context)),
  shrinkNode: () => cpuTime('shrinkNode'),
});

/** Returns the states that begin with `shrinkingLru`. */
export function shrinkNodeStates<C extends NodeContext, Next extends string>(control: ScanControl<C, Next>) {
  const { send, change, on, guardOn } = chartKit<C, Received<TaskMessage>>();
  const noteScan = on('task.lruShrunk', control.lruShrunk);
  return {
    shrinkingLru: {
      entry: send((context) =>
        toMemory(context.node, {
          type: 'memory.shrinkLruvec',
          priority: context.priority,
          nrToReclaim: control.nrToReclaim(context),
        }),
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
    shrinkingSlab: {
      initial: 'lockingShrinkers',
      states: shrinkSlabStates,
      onDone: {
        target: control.next,
        // reclaim_state->reclaimed_slab joins nr_reclaimed. It is progress of the node, too.
        actions: [
          send(({ walk, node }) =>
            walk.credit > 0 ? toMemory(node, { type: 'memory.slabReclaimed', pages: walk.credit }) : [],
          ),
          change(control.slabShrunk),
        ],
      },
    },
  } as const;
}
