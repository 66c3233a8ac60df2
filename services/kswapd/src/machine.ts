/**
 * The reclaim thread of a NUMA node. Linux 6.1 mm/vmscan.c: kswapd, balance_pgdat, kswapd_shrink_node,
 * kswapd_try_to_sleep, prepare_kswapd_sleep. The watermark boost that a pass takes back is kept where the marks are, by
 * the page allocator; while enough is free all the same, a pass reclaims as much as that. Leaves out zones, orders,
 * compaction, and writeback from priority 10 on.
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
  reclaimHandlers,
  reclaimProjection,
  shrinkNodeDelays,
  shrinkNodeStates,
  type TaskMessage,
  threadHandlers,
  toMemory,
  writerHandlers,
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
  /** The boost that the pass began with, and whether it is forgotten: the node is short without it. */
  readonly boost: number;
  readonly ignoresBoost: boolean;
  /** Woken while it was on its wait queue but looked at the balance once more. */
  readonly woken: boolean;
};

export const kswapdProjection: Projection<KswapdContext> = reclaimProjection;

/** Returns what a census has of the thread. */
export const kswapdCensus = ({ priority }: KswapdContext, tags: ReadonlySet<string>): KswapdCensus =>
  tags.has('sleeping') ? {} : { priority };

type BalanceRead = Extract<TaskMessage, { type: 'task.balanceRead' }>;
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
  boost: 0,
  ignoresBoost: false,
  // What RCU freed since the last walk has no pass to join.
  walk: NEW_WALK,
});

/** nr_boost_reclaim: what of the boost is still to be reclaimed after so many pages. */
const boostLeft = ({ boost, ignoresBoost }: KswapdContext, reclaimed: number): number =>
  ignoresBoost ? 0 : Math.max(0, boost - reclaimed);

/** "If the pgdat is imbalanced then ignore boosting and preserve the watermarks for a later time and restart". */
function balanceNoted(context: KswapdContext, read: BalanceRead): Partial<KswapdContext> {
  const { geometry, reclaimed } = context;
  const { balanced, boost, highWmark } = read;
  // kswapd_shrink_node aims at HIGH, but at one cluster of pages at least.
  const noted = { boost, nrToReclaim: Math.max(highWmark, geometry.swapClusterMax) };
  if (balanced || boostLeft({ ...context, boost }, reclaimed) === 0) return noted;
  return { ...noted, ignoresBoost: true, priority: geometry.defPriority };
}

/**
 * Priority rises if too little was looked at, or nothing reclaimed; only to the third one while a boost is reclaimed,
 * where pages could not be written.
 */
function priorityAfter(context: KswapdContext): number {
  const { geometry, priority, scanned, nrToReclaim, reclaimed, reclaimedNow } = context;
  if (reclaimedNow === 0) return priority - 1;
  const limited = priority === geometry.defPriority - 2 && boostLeft(context, reclaimed - reclaimedNow) > 0;
  return scanned < nrToReclaim && !limited ? priority - 1 : priority;
}

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
      boost: 0,
      ignoresBoost: false,
      woken: false,
    };
  },
  on: {
    ...threadHandlers,
    ...writerHandlers,
    ...reclaimHandlers,
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
        send(({ node }) => toMemory(node, { type: 'memory.passBegun' })),
      ],
      initial: 'readingBalance',
      states: {
        readingBalance: {
          entry: readBalance,
          on: {
            'task.balanceRead': [
              {
                guard: guardOn(
                  'task.balanceRead',
                  (context, { balanced, boost }) =>
                    balanced && boostLeft({ ...context, boost }, context.reclaimed) === 0,
                ),
                target: 'passDone',
              },
              { target: 'shrinkingLru', actions: on('task.balanceRead', balanceNoted) },
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
          entry: [wakePfmemalloc, change((context) => ({ priority: priorityAfter(context) }))],
          always: [
            {
              guard: guard(
                (context) =>
                  context.priority >= 1 && (context.reclaimedNow > 0 || boostLeft(context, context.reclaimed) === 0),
              ),
              target: 'readingBalance',
            },
            { target: 'passOver' },
          ],
        },
        /** All priorities are through, or a boost gave nothing at one. */
        passOver: {
          entry: send(({ reclaimed, node }) =>
            reclaimed === 0 ? toMemory(node, { type: 'memory.kswapdFailed' }) : [],
          ),
          always: 'passDone',
        },
        passDone: {
          type: 'final',
          entry: [send(({ node }) => toMemory(node, { type: 'memory.passEnded' })), change(passCleared)],
        },
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
