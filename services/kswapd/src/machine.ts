/**
 * The reclaim thread of a NUMA node. Linux 6.1 mm/vmscan.c: kswapd, balance_pgdat, kswapd_shrink_node,
 * kswapd_try_to_sleep, prepare_kswapd_sleep. Leaves out zones, orders, boosting, compaction, and writeback from
 * priority 10 on.
 */
import type { AgentId } from '@dragon/engine';
import {
  DEF_PRIORITY,
  INLINE_CALLER,
  type KswapdMessage,
  NEW_WALK,
  type Policy,
  type Received,
  type ReclaimContext,
  RUNNING,
  shrinkSlabDelays,
  shrinkSlabStates,
  type TaskMessage,
  threadHandlers,
  toMemory,
  cpuTime,
} from '@dragon/kernel';
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { assign, setup } from 'xstate';

export type KswapdParams = { readonly node: number; readonly policy: Policy; readonly cpus: readonly number[] };

type KswapdContext = ReclaimContext & {
  readonly node: number;
  readonly neighbours: number;
  /** Pages of the LRU scanned at this priority; reclaimed at it, slab included; reclaimed in this pass. */
  readonly scanned: number;
  readonly reclaimedNow: number;
  readonly reclaimed: number;
  /** Pages at which a priority has done enough: sc.nr_to_reclaim. */
  readonly nrToReclaim: number;
  /** Woken while it was on its wait queue but looked at the balance once more. */
  readonly woken: boolean;
};

type KswapdEvent = Received<KswapdMessage | TaskMessage>;

type Args = { readonly context: KswapdContext };

/** kswapd_shrink_node aims at HIGH, but at one cluster of pages at least. */
const SWAP_CLUSTER_MAX = 32;

const readBalance = {
  type: 'send',
  params: ({ context }: Args) => toMemory(context.node, { type: 'memory.readBalance' }),
} as const;

const tellWaits = (waits: boolean) =>
  ({
    type: 'send',
    params: ({ context }: Args) => toMemory(context.node, { type: 'memory.kswapdWaits', waits }),
  }) as const;

/** balance_pgdat and prepare_kswapd_sleep both do this; those who wait and may not go on yet sleep again. */
const wakePfmemalloc = {
  type: 'send',
  params: ({ context }: Args) => toMemory(context.node, { type: 'memory.wakePfmemalloc' }),
} as const;

const noteScan = assign<KswapdContext, Extract<KswapdEvent, { type: 'task.lruShrunk' }>, undefined, KswapdEvent, never>(
  ({ event }) => ({ scanned: event.scanned, reclaimedNow: event.reclaimed }),
);

const hit = (event: 'mm_vmscan_kswapd_wake' | 'mm_vmscan_kswapd_sleep') =>
  ({
    type: 'trace',
    params: ({ context }: Args) => ({
      kind: 'trace' as const,
      event,
      fields: { nid: context.node, cpu: context.cpu, task: context.self },
    }),
  }) as const;

/** A balanced node and one that is given up let kswapd sleep. */
const maySleep = ({ event }: { readonly event: { readonly balanced: boolean; readonly hopeless: boolean } }): boolean =>
  event.balanced || event.hopeless;

export const kswapdMachine = setup({
  types: typesOf<{ context: KswapdContext; events: KswapdEvent; input: KswapdParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    ...shrinkSlabDelays,
    shortSleep: () => delay('kswapdShortSleep'),
    scanLruPages: ({ context }) => cpuTime('scanLruPage', context.scanned),
    shrinkNode: () => cpuTime('shrinkNode'),
  },
}).createMachine({
  id: 'kswapd',
  context: ({ input }) => ({
    self: input.self,
    node: input.node,
    policy: input.policy,
    cpus: input.cpus,
    cpu: input.cpus[0] ?? 0,
    gfpFs: true,
    kswapd: true,
    reclaimState: true,
    priority: DEF_PRIORITY,
    walk: NEW_WALK,
    inode: null,
    neighbours: 0,
    caller: [...INLINE_CALLER, 'shrink_node', 'balance_pgdat', 'kswapd', 'kthread', 'ret_from_fork'],
    token: 0,
    task: RUNNING,
    scanned: 0,
    reclaimedNow: 0,
    reclaimed: 0,
    nrToReclaim: 0,
    woken: false,
  }),
  on: {
    ...threadHandlers<KswapdContext, KswapdEvent>(),
    // Woken while it is awake already.
    'kswapd.wake': {},
    // The answer to a flush that it gave up.
    'task.workFlushed': {},
  },
  initial: 'asleep',
  states: {
    asleep: { tags: ['sleeping'], on: { 'kswapd.wake': 'balancing' } },
    balancing: {
      entry: [assign({ priority: DEF_PRIORITY, reclaimed: 0, woken: false }), hit('mm_vmscan_kswapd_wake')],
      initial: 'readingBalance',
      states: {
        readingBalance: {
          entry: readBalance,
          on: {
            'task.balanceRead': [
              { guard: ({ event }) => event.balanced, target: 'passDone' },
              {
                target: 'shrinkingLru',
                actions: assign({ nrToReclaim: ({ event }) => Math.max(event.highWmark, SWAP_CLUSTER_MAX) }),
              },
            ],
          },
        },
        shrinkingLru: {
          entry: {
            type: 'send',
            params: ({ context }) =>
              toMemory(context.node, {
                type: 'memory.shrinkLruvec',
                priority: context.priority,
                nrToReclaim: context.nrToReclaim,
              }),
          },
          on: {
            'task.lruShrunk': [
              { guard: ({ event }) => event.scanned === 0, target: 'visitingNode', actions: noteScan },
              { target: 'scanningLru', actions: noteScan },
            ],
          },
        },
        scanningLru: { after: { scanLruPages: 'visitingNode' } },
        visitingNode: { after: { shrinkNode: 'shrinkingSlab' } },
        shrinkingSlab: {
          initial: 'lockingShrinkers',
          states: shrinkSlabStates<KswapdContext, KswapdEvent>(),
          onDone: {
            target: 'raisingPriority',
            actions: [
              {
                type: 'send',
                params: ({ context: { node, walk } }) =>
                  walk.credit > 0 ? [toMemory(node, { type: 'memory.slabReclaimed', pages: walk.credit })] : [],
              },
              assign({
                reclaimedNow: ({ context }) => context.reclaimedNow + context.walk.credit,
                reclaimed: ({ context }) => context.reclaimed + context.reclaimedNow + context.walk.credit,
              }),
            ],
          },
        },
        raisingPriority: {
          entry: [
            wakePfmemalloc,
            assign({
              priority: ({ context }) =>
                context.scanned < context.nrToReclaim || context.reclaimedNow === 0
                  ? context.priority - 1
                  : context.priority,
            }),
          ],
          always: [{ guard: ({ context }) => context.priority >= 1, target: 'readingBalance' }, { target: 'passOver' }],
        },
        /** All priorities are through. */
        passOver: {
          entry: {
            type: 'send',
            params: ({ context }) =>
              context.reclaimed === 0 ? [toMemory(context.node, { type: 'memory.kswapdFailed' })] : [],
          },
          always: 'passDone',
        },
        passDone: { type: 'final' },
      },
      onDone: 'preparingToSleep',
    },
    /** If there is more to do, the next pass begins without a sleep. */
    preparingToSleep: {
      entry: [wakePfmemalloc, readBalance],
      on: { 'task.balanceRead': [{ guard: maySleep, target: 'shortSleep' }, { target: 'balancing' }] },
    },
    /** A sleep that was too early ends here, before it is a long one. */
    shortSleep: {
      tags: ['sleeping'],
      entry: tellWaits(true),
      after: { shortSleep: 'checkingBalance' },
      on: { 'kswapd.wake': 'balancing' },
    },
    checkingBalance: {
      entry: [wakePfmemalloc, readBalance],
      on: {
        'kswapd.wake': { actions: assign({ woken: true }) },
        'task.balanceRead': [
          { guard: ({ context }) => context.woken, target: 'balancing' },
          { guard: maySleep, target: 'asleep', actions: hit('mm_vmscan_kswapd_sleep') },
          { target: 'balancing', actions: tellWaits(false) },
        ],
      },
    },
  },
});
