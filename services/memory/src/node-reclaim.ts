/**
 * Reclaim of a node as functions of its state: the LRU, kswapd's wake-ups, the throttle of direct reclaim. Linux 6.1
 * mm/vmscan.c shrink_node, wakeup_kswapd, prepare_kswapd_sleep, throttle_direct_reclaim.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  allOf,
  appended,
  hit,
  kswapdId,
  type MemoryMessage,
  type Received,
  toInodeCache,
  toKswapd,
  toTask,
  withoutOne,
} from '@dragon/kernel';
import { CACHED_FILES, shrinkLruvec } from './lru.ts';
import {
  allowsDirectReclaim,
  fileLruPages,
  isBalanced,
  isHopeless,
  type MemoryContext,
  nodeChanged,
  type Outcome,
  withBoosting,
} from './node-state.ts';
import { pagesChanged, pagesOf } from './pages-by-owner.ts';
import { passBegun, passEnded } from './watermark-boost.ts';

type Event<T extends MemoryMessage['type']> = Received<Extract<MemoryMessage, { type: T }>>;

/** Reclaims from the LRU. Any page resets kswapd's failures, whoever reclaimed it. */
export function shrink(state: MemoryContext, event: Event<'memory.shrinkLruvec'>): Outcome {
  const { from, priority, nrToReclaim } = event;
  const ofKswapd = from === kswapdId(state.node);
  const { lru, scanned, reclaimed } = shrinkLruvec(state.lru, priority, nrToReclaim, ofKswapd, state.geometry);
  const left = fileLruPages({ lru });
  const reply = toTask(from, { type: 'task.lruShrunk', scanned, reclaimed: scanned, left });
  if (scanned === 0) return [nodeChanged(state, { lru }), [reply]];
  const takenBack = reclaimed.reduce((sum, run) => pagesChanged(sum, `${run.owner} file`, run.pages), state.takenBack);
  const cached = reclaimed.reduce((sum, run) => (run.owner === CACHED_FILES ? sum + run.pages : sum), 0);
  const effects: Effect[] = [
    hit('mm_vmscan_lru_shrink_inactive', {
      nid: state.node,
      nrScanned: scanned,
      nrReclaimed: scanned,
      priority,
      task: from,
    }),
    reply,
  ];
  if (cached > 0 && state.inodeCache)
    effects.push(toInodeCache({ type: 'inodeCache.pageCacheReclaimed', pages: cached }));
  return [nodeChanged(state, { lru, takenBack, freePages: state.freePages + scanned, kswapdFailures: 0 }), effects];
}

/** wakeup_kswapd: not while it is awake, nor if it has given up, nor if there is nothing for it to do. */
export function wakeupKswapd(state: MemoryContext, task: AgentId): Outcome {
  if (!wantsKswapd(state)) return [state, []];
  if (!state.kswapdWaits) return [state.wakeMissed ? state : nodeChanged(state, { wakeMissed: true }), []];
  const [woken, wake] = wokenKswapd(state);
  return [woken, [hit('mm_vmscan_wakeup_kswapd', { nid: state.node, task }), ...wake]];
}

/** A boost is something to do even where enough is free: pgdat_watermark_boosted. */
const wantsKswapd = (state: MemoryContext): boolean =>
  !isHopeless(state) && (!isBalanced(state) || state.boosting.boost > 0);

function wokenKswapd(state: MemoryContext): Outcome {
  const woken = nodeChanged(state, { kswapdWaits: false, wakeMissed: false });
  return [woken, [toKswapd(state.node, { type: 'kswapd.wake' })]];
}

/**
 * kswapd goes to sleep, or got up by itself. A wake-up that it just missed reaches it now, and so does one from those
 * who are throttled still.
 */
export function noteKswapdWaits(before: MemoryContext, { waits }: Event<'memory.kswapdWaits'>): Outcome {
  const state = nodeChanged(before, { kswapdWaits: waits });
  if (!waits) return [state, []];
  const wanted = state.wakeMissed && wantsKswapd(state);
  const throttledStill = state.throttled.length > 0 && !allowsDirectReclaim(state);
  return wanted || throttledStill ? wokenKswapd(state) : [nodeChanged(state, { wakeMissed: false }), []];
}

/** balance_pgdat begins: what it takes back at its end is the boost of now. */
export function beginPass(state: MemoryContext): Outcome {
  return [nodeChanged(state, { boosting: passBegun(state.boosting) }), []];
}

/** balance_pgdat ends, balanced or not: marks are no longer raised by what it began with. */
export function endPass(state: MemoryContext): Outcome {
  return [withBoosting(state, passEnded(state.boosting)), []];
}

/** A pass of kswapd was in vain: in the end it gives the node up. */
export function noteKswapdFailed(state: MemoryContext): Outcome {
  const kswapdFailures = Math.min(state.kswapdFailures + 1, state.geometry.maxReclaimRetries);
  return [nodeChanged(state, { kswapdFailures }), []];
}

export function readBalance(state: MemoryContext, { from }: Event<'memory.readBalance'>): Outcome {
  const balance = {
    balanced: isBalanced(state),
    hopeless: isHopeless(state),
    highWmark: state.marks.high,
    boost: state.boosting.atPass,
  };
  return [
    state.wakeMissed ? nodeChanged(state, { wakeMissed: false }) : state,
    [toTask(from, { type: 'task.balanceRead', ...balance })],
  ];
}

/** throttle_direct_reclaim. Whoever has to wait makes sure that kswapd is awake. */
export function throttle(state: MemoryContext, { from, gfpFs }: Event<'memory.throttleDirectReclaim'>): Outcome {
  if (allowsDirectReclaim(state)) return [state, [toTask(from, { type: 'task.directReclaimAllowed' })]];
  const waiting = nodeChanged(state, { throttled: appended(state.throttled, { task: from }) });
  const effects = [
    hit('throttle_direct_reclaim', { nid: state.node, gfpFs, task: from }),
    toTask(from, { type: 'task.pfmemallocWaits' }),
  ];
  if (!state.kswapdWaits) return [waiting, effects];
  const [woken, wake] = wokenKswapd(waiting);
  return [woken, [...effects, ...wake]];
}

export function abandonThrottle(state: MemoryContext, { from }: Event<'memory.abandonThrottle'>): Outcome {
  return [nodeChanged(state, { throttled: withoutOne(state.throttled, ({ task }) => task === from) }), []];
}

/** wake_up_all(pfmemalloc_wait): those who may not go on yet sleep again. */
export function wakePfmemalloc(state: MemoryContext): Outcome {
  if (state.throttled.length === 0 || !allowsDirectReclaim(state)) return [state, []];
  const effects = allOf(state.throttled).map(({ task }) => toTask(task, { type: 'task.directReclaimAllowed' }));
  return [nodeChanged(state, { throttled: [] }), effects];
}

/**
 * Slab that a reclaimer freed in its own context is progress of the node; the pages themselves come with `memory.free`.
 */
export function noteSlabReclaimed(state: MemoryContext, { pages }: Event<'memory.slabReclaimed'>): Outcome {
  return [nodeChanged(state, { kswapdFailures: pages > 0 ? 0 : state.kswapdFailures }), []];
}

export function noteInactivated(state: MemoryContext, event: Event<'memory.inodesInactivated'>): Outcome {
  const { from } = event;
  const change = event.freeable - pagesOf(state.freeable, from);
  const freeable = pagesChanged(state.freeable, from, change);
  return [
    nodeChanged(state, { freeable, freeablePages: state.freeablePages + change, inactivationProgresses: true }),
    [],
  ];
}
