/**
 * Reclaim of a node as functions of its state: the LRU, kswapd's wake-ups, the throttle of direct reclaim. Linux 6.1
 * mm/vmscan.c shrink_node, wakeup_kswapd, prepare_kswapd_sleep, throttle_direct_reclaim.
 */
import type { AgentId } from '@dragon/engine';
import { kswapdId, type MemoryMessage, type Received, toInodeCache, toKswapd, toTask } from '@dragon/kernel';
import { type Tracepoint } from '@dragon/statechart';
import { CACHED_FILES, shrinkLruvec } from './lru.ts';
import {
  allowsDirectReclaim,
  answering,
  changed,
  isBalanced,
  isHopeless,
  type MemoryContext,
  NO_OUTPUTS,
  withBoosting,
} from './node-state.ts';
import { passBegun, passEnded } from './watermark-boost.ts';

type Event<T extends MemoryMessage['type']> = Received<Extract<MemoryMessage, { type: T }>>;

/** Reclaims from the LRU. Any page resets kswapd's failures, whoever reclaimed it. */
export function shrink(state: MemoryContext, event: Event<'memory.shrinkLruvec'>): MemoryContext {
  const { from, priority, nrToReclaim } = event;
  const { lru, scanned, reclaimed } = shrinkLruvec(state.lru, priority, nrToReclaim, from === kswapdId(state.node));
  const reply = { type: 'task.lruShrunk', scanned, reclaimed: scanned } as const;
  if (scanned === 0) return answering({ ...state, lru }, from, reply);
  const takenBack = reclaimed.reduce((sum, run) => changed(sum, `${run.owner} file`, run.pages), state.takenBack);
  const cached = reclaimed.reduce((sum, run) => (run.owner === CACHED_FILES ? sum + run.pages : sum), 0);
  return {
    ...state,
    lru,
    takenBack,
    freePages: state.freePages + scanned,
    kswapdFailures: 0,
    outputs: {
      sends: [
        toTask(from, reply),
        ...(cached > 0 && state.inodeCache
          ? [toInodeCache({ type: 'inodeCache.pageCacheReclaimed', pages: cached })]
          : []),
      ],
      traces: [lruShrunkHit(state, from, scanned, priority)],
      log: [],
    },
  };
}

function lruShrunkHit(state: MemoryContext, task: AgentId, pages: number, priority: number): Tracepoint {
  return {
    kind: 'trace' as const,
    event: 'mm_vmscan_lru_shrink_inactive',
    fields: { nid: state.node, nrScanned: pages, nrReclaimed: pages, priority, task },
  };
}

/** wakeup_kswapd: not while it is awake, nor if it has given up, nor if there is nothing for it to do. */
export function wakeupKswapd(state: MemoryContext, task: AgentId): MemoryContext {
  if (isHopeless(state) || isBalanced(state)) return state;
  if (!state.kswapdWaits) return state.wakeMissed ? state : { ...state, wakeMissed: true };
  const hit = { kind: 'trace' as const, event: 'mm_vmscan_wakeup_kswapd', fields: { nid: state.node, task } };
  const woken = wokenKswapd(state);
  return { ...woken, outputs: { ...woken.outputs, traces: [...woken.outputs.traces, hit] } };
}

function wokenKswapd(state: MemoryContext): MemoryContext {
  const { outputs } = state;
  const sends = [...outputs.sends, toKswapd(state.node, { type: 'kswapd.wake' })];
  const boosting = passBegun(state.boosting);
  return { ...state, kswapdWaits: false, wakeMissed: false, boosting, outputs: { ...outputs, sends } };
}

/**
 * kswapd goes to sleep, or got up by itself. A wake-up that it just missed reaches it now, and so does one from those
 * who are throttled still.
 */
export function noteKswapdWaits(before: MemoryContext, { waits }: Event<'memory.kswapdWaits'>): MemoryContext {
  const boosting = waits ? passEnded(before.boosting) : passBegun(before.boosting);
  const state = withBoosting({ ...before, kswapdWaits: waits, outputs: NO_OUTPUTS }, boosting);
  if (!waits) return state;
  const wanted = state.wakeMissed && !isHopeless(state) && !isBalanced(state);
  const throttledStill = state.throttled.length > 0 && !allowsDirectReclaim(state);
  return wanted || throttledStill ? wokenKswapd(state) : { ...state, wakeMissed: false };
}

export function readBalance(state: MemoryContext, { from }: Event<'memory.readBalance'>): MemoryContext {
  return answering({ ...state, wakeMissed: false }, from, {
    type: 'task.balanceRead',
    balanced: isBalanced(state),
    hopeless: isHopeless(state),
    highWmark: state.marks.high,
  });
}

/** throttle_direct_reclaim. Whoever has to wait makes sure that kswapd is awake. */
export function throttle(state: MemoryContext, { from, gfpFs }: Event<'memory.throttleDirectReclaim'>): MemoryContext {
  if (allowsDirectReclaim(state)) return answering(state, from, { type: 'task.directReclaimAllowed' });
  const waiting = answering({ ...state, throttled: [...state.throttled, from] }, from, {
    type: 'task.pfmemallocWaits',
  });
  const hit = {
    kind: 'trace' as const,
    event: 'throttle_direct_reclaim',
    fields: { nid: state.node, gfpFs, task: from },
  };
  const traced = { ...waiting, outputs: { ...waiting.outputs, traces: [hit] } };
  return state.kswapdWaits ? wokenKswapd(traced) : traced;
}

export function abandonThrottle(state: MemoryContext, { from }: Event<'memory.abandonThrottle'>): MemoryContext {
  return { ...state, throttled: state.throttled.filter((task) => task !== from), outputs: NO_OUTPUTS };
}

/** wake_up_all(pfmemalloc_wait): those who may not go on yet sleep again. */
export function wakePfmemalloc(state: MemoryContext): MemoryContext {
  if (state.throttled.length === 0 || !allowsDirectReclaim(state)) return { ...state, outputs: NO_OUTPUTS };
  const sends = state.throttled.map((task) => toTask(task, { type: 'task.directReclaimAllowed' }));
  return { ...state, throttled: [], outputs: { ...NO_OUTPUTS, sends } };
}

/**
 * Slab that a reclaimer freed in its own context is progress of the node; the pages themselves come with `memory.free`.
 */
export function noteSlabReclaimed(state: MemoryContext, { pages }: Event<'memory.slabReclaimed'>): MemoryContext {
  return { ...state, kswapdFailures: pages > 0 ? 0 : state.kswapdFailures, outputs: NO_OUTPUTS };
}

export function noteInactivated(
  state: MemoryContext,
  { from, freeable }: Event<'memory.inodesInactivated'>,
): MemoryContext {
  const change = freeable - (state.freeable[from] ?? 0);
  return {
    ...state,
    freeable: changed(state.freeable, from, change),
    inactivations: state.inactivations + 1,
    outputs: NO_OUTPUTS,
  };
}
