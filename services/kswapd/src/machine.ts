/**
 * The reclaim thread of a NUMA node. Linux 6.1 mm/vmscan.c: kswapd, balance_pgdat, kswapd_shrink_node,
 * kswapd_try_to_sleep, prepare_kswapd_sleep. The watermark boost that a pass takes back is kept where the marks are, by
 * the page allocator. Leaves out zones, orders, compaction, and writeback from priority 10 on.
 */
import type { AgentId } from '@dragon/engine';
import {
  type Geometry,
  hit,
  type KswapdCensus,
  type KswapdMessage,
  NEW_WALK,
  type Policy,
  type Received,
  type ReclaimContext,
  reclaimContext,
  reclaimProjection,
  shrinkNodeDelays,
  shrinkNodeStates,
  type TaskMessage,
  threadHandlers,
  toMemory,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

export type KswapdParams = {
  readonly node: number;
  readonly policy: Policy;
  readonly cpus: readonly number[];
  readonly geometry?: Partial<Geometry>;
};

type KswapdContext = ReclaimContext & {
  readonly node: number;
  /** Pages of the LRU scanned at this priority; reclaimed at it, slab included; reclaimed in this pass. */
  readonly scanned: number;
  readonly reclaimedNow: number;
  readonly reclaimed: number;
  /** Pages at which a priority has done enough: sc.nr_to_reclaim. */
  readonly nrToReclaim: number;
  /** Woken while it was on its wait queue but looked at the balance once more. */
  readonly woken: boolean;
};

export const kswapdProjection: Projection<KswapdContext> = reclaimProjection;

/** Returns what a census has of the thread. */
export const kswapdCensus = ({ priority }: KswapdContext, tags: ReadonlySet<string>): KswapdCensus =>
  tags.has('sleeping') ? {} : { priority };

type KswapdEvent = Received<KswapdMessage | TaskMessage>;

const { send, trace, change, on, guard, guardOn } = chartKit<KswapdContext, KswapdEvent>();

const readBalance = send(({ node }) => toMemory(node, { type: 'memory.readBalance' }));
const tellWaits = (waits: boolean) => send(({ node }) => toMemory(node, { type: 'memory.kswapdWaits', waits }));

/** balance_pgdat and prepare_kswapd_sleep both do this; those who wait and may not go on yet sleep again. */
const wakePfmemalloc = send(({ node }) => toMemory(node, { type: 'memory.wakePfmemalloc' }));

/** What a pass knows before it begins, and when it is over. */
const passCleared = ({ geometry }: KswapdContext): Partial<KswapdContext> => ({
  priority: geometry.defPriority,
  scanned: 0,
  reclaimedNow: 0,
  reclaimed: 0,
  nrToReclaim: 0,
});

const acting = ({ node, cpu, self }: KswapdContext) => ({ nid: node, cpu, task: self });

/** A balanced node and one that is given up let kswapd sleep. */
const maySleep = guardOn('task.balanceRead', (_context, { balanced, hopeless }) => balanced || hopeless);

export const kswapdMachine = setup({
  types: typesOf<{ context: KswapdContext; events: KswapdEvent; input: KswapdParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    ...shrinkNodeDelays(({ scanned }: KswapdContext) => scanned),
    shortSleep: () => delay('kswapdShortSleep'),
  },
}).createMachine({
  id: 'kswapd',
  context: ({ input }) => {
    const reclaim = reclaimContext({
      self: input.self,
      policy: input.policy,
      cpus: input.cpus,
      gfpFs: true,
      kswapd: true,
      reclaimState: true,
      priority: 0,
      caller: 'kswapd',
      geometry: input.geometry,
    });
    return {
      ...reclaim,
      node: input.node,
      priority: reclaim.geometry.defPriority,
      scanned: 0,
      reclaimedNow: 0,
      reclaimed: 0,
      nrToReclaim: 0,
      woken: false,
    };
  },
  on: {
    ...threadHandlers,
    // Woken while it is awake already.
    'kswapd.wake': {},
    // The answer to a flush that it gave up.
    'task.workFlushed': {},
  },
  initial: 'asleep',
  states: {
    asleep: { tags: ['sleeping'], on: { 'kswapd.wake': 'balancing' } },
    balancing: {
      entry: [
        change((context) => ({ ...passCleared(context), woken: false })),
        trace((context) => hit('mm_vmscan_kswapd_wake', acting(context))),
      ],
      initial: 'readingBalance',
      states: {
        readingBalance: {
          entry: readBalance,
          on: {
            'task.balanceRead': [
              { guard: guardOn('task.balanceRead', (_context, { balanced }) => balanced), target: 'passDone' },
              {
                target: 'shrinkingLru',
                // kswapd_shrink_node aims at HIGH, but at one cluster of pages at least.
                actions: on('task.balanceRead', ({ geometry }, { highWmark }) => ({
                  nrToReclaim: Math.max(highWmark, geometry.swapClusterMax),
                })),
              },
            ],
          },
        },
        ...shrinkNodeStates({
          nrToReclaim: ({ nrToReclaim }: KswapdContext) => nrToReclaim,
          lruShrunk: (_context, { scanned, reclaimed }) => ({ scanned, reclaimedNow: reclaimed }),
          slabShrunk: ({ reclaimedNow, reclaimed, walk }) => ({
            reclaimedNow: reclaimedNow + walk.credit,
            reclaimed: reclaimed + reclaimedNow + walk.credit,
            walk: NEW_WALK,
          }),
          next: 'raisingPriority',
        }),
        raisingPriority: {
          entry: [
            wakePfmemalloc,
            change(({ priority, scanned, nrToReclaim, reclaimedNow }) => ({
              priority: scanned < nrToReclaim || reclaimedNow === 0 ? priority - 1 : priority,
            })),
          ],
          always: [{ guard: guard(({ priority }) => priority >= 1), target: 'readingBalance' }, { target: 'passOver' }],
        },
        /** All priorities are through. */
        passOver: {
          entry: send(({ reclaimed, node }) =>
            reclaimed === 0 ? toMemory(node, { type: 'memory.kswapdFailed' }) : [],
          ),
          always: 'passDone',
        },
        passDone: { type: 'final', entry: change(passCleared) },
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
        'kswapd.wake': { actions: change(() => ({ woken: true })) },
        'task.balanceRead': [
          { guard: guard(({ woken }) => woken), target: 'balancing' },
          {
            guard: maySleep,
            target: 'asleep',
            actions: trace((context) => hit('mm_vmscan_kswapd_sleep', acting(context))),
          },
          { target: 'balancing', actions: tellWaits(false) },
        ],
      },
    },
  },
});
