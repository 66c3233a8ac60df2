/**
 * What the page allocator knows of its node, the invariants of that, and what an event leads to. All counts are pages
 * of 4 KiB.
 */
import type { AgentId, Chunks, Effect, ResourceFacts, Waiter } from '@dragon/engine';
import {
  type Geometry,
  hit,
  kswapdId,
  memAvailable,
  type MemoryCensus,
  pfmemallocWait,
  type Watermarks,
  watermarks,
  wholeGeometry,
  zoneReclaimablePages,
} from '@dragon/kernel';
import { boostedMarks, unboosted, type WatermarkBoost } from './watermark-boost.ts';
import { type FaultInjection, NO_INJECTION } from './fault-injection.ts';
import { assertConserved, type NodePages } from './conservation.ts';
import { logItemsOf } from './log-item-slabs.ts';
import { CACHED_FILES, EMPTY_LIST, pagesAdded } from './lru.ts';
import { NO_PAGES, type PagesByOwner, pagesChanged, sumOf } from './pages-by-owner.ts';

/** A task as the OOM killer knows it. `oomScoreAdj` is /proc/PID/oom_score_adj: -1000 is never killed. */
export type OomTask = {
  readonly id: AgentId;
  readonly comm: string;
  readonly pid: number;
  readonly oomScoreAdj?: number;
};

/**
 * - `managed`: the node's pages. What `free` and the others do not account for is in use for good.
 * - `lruFile`, `activeFile`: clean page cache of files that stay open, on the inactive and on the active list;
 *   `cachedFile`: of closed files, inactive.
 * - `slab`: pages of slab, all of it counted as reclaimable in MemAvailable. `anon`: anonymous pages by task.
 * - `logItemBytes`: what the slabs of CPUs have room for, of log items.
 * - `minFreeKbytes`: vm.min_free_kbytes if it was set.
 * - `inodeCache`: whether there is an inode cache to be told of page cache that is gone, and of an OOM kill; there is
 *   unless this is false.
 * - `geometry`: what is otherwise as in the kernel.
 */
export type MemoryParams = {
  readonly node: number;
  readonly managed: number;
  readonly free: number;
  readonly lruFile?: number;
  readonly activeFile?: number;
  readonly cachedFile?: number;
  readonly slab?: number;
  readonly logItemBytes?: number;
  readonly anon?: { readonly [task: AgentId]: number };
  readonly kswapdFailures?: number;
  readonly minFreeKbytes?: number;
  readonly inodeCache?: boolean;
  readonly tasks?: readonly OomTask[];
  readonly geometry?: Partial<Geometry>;
};

/** The node after an event, and what that leads to. */
export type Outcome = readonly [state: MemoryContext, effects: readonly Effect[]];

export interface MemoryContext extends NodePages {
  /** As they are computed, and raised by the boost. */
  readonly baseMarks: Watermarks;
  readonly marks: Watermarks;
  readonly boosting: WatermarkBoost;
  readonly inodeCache: boolean;
  readonly tasks: readonly OomTask[];
  readonly geometry: Geometry;
  /**
   * Pages that were reclaimed or reaped before their owner gave them back, by owner and kind: it may still do so, once.
   */
  readonly takenBack: PagesByOwner;
  /** Pages of `other` that a fault took and has not given back, by the fault's name. */
  readonly takenOut: PagesByOwner;
  /** Which allocations a fault makes fail. */
  readonly injection: FaultInjection;
  readonly memAvailable: number;
  /** Passes of kswapd in vain, no more of them than make the node hopeless. */
  readonly kswapdFailures: number;
  /**
   * kswapd is on its wait queue; and whether somebody would have woken it while it was not, since it last looked at the
   * balance.
   */
  readonly kswapdWaits: boolean;
  readonly wakeMissed: boolean;
  /** Those on pfmemalloc_wait, in order. */
  readonly throttled: Chunks<Waiter>;
  /**
   * Whom the OOM killer chose and who is not gone yet; whose memory was reaped (MMF_OOM_SKIP), by id; who is inside the
   * OOM killer (oom_lock).
   */
  readonly victim: AgentId | null;
  readonly reaped: readonly AgentId[];
  readonly oomLock: AgentId | null;
  /**
   * What inodegc workers said last of the slab that will come free, by worker and together, and whether any said so
   * since the OOM killer last held back for that.
   */
  readonly freeable: PagesByOwner;
  readonly freeablePages: number;
  readonly inactivationProgresses: boolean;
  readonly resources: readonly ResourceFacts[];
}

/** Returns the state at the start. */
export function initialState(params: MemoryParams): MemoryContext {
  const { managed, free, lruFile = 0, activeFile = 0, cachedFile = 0, slab = 0, anon = {} } = params;
  const logItems = logItemsOf(params.logItemBytes ?? 0);
  const anonByTask = Object.entries(anon).reduce((all, [task, pages]) => pagesChanged(all, task, pages), NO_PAGES);
  const anonPages = sumOf(anonByTask);
  const geometry = wholeGeometry(params.geometry);
  const lru = {
    active: pagesAdded(EMPTY_LIST, OPEN_FILES, activeFile),
    inactive: pagesAdded(pagesAdded(EMPTY_LIST, CACHED_FILES, cachedFile), OPEN_FILES, lruFile),
  };
  const state: MemoryContext = {
    node: params.node,
    managed,
    baseMarks: watermarks(managed, params.minFreeKbytes),
    marks: watermarks(managed, params.minFreeKbytes),
    boosting: unboosted(free),
    inodeCache: params.inodeCache ?? true,
    tasks: params.tasks ?? [],
    geometry,
    freePages: free,
    slab,
    logItems,
    anon: anonByTask,
    anonPages,
    lru,
    other: managed - free - slab - logItems.pages - anonPages - lru.active.pages - lru.inactive.pages,
    takenBack: NO_PAGES,
    takenOut: NO_PAGES,
    injection: NO_INJECTION,
    memAvailable: 0,
    kswapdFailures: Math.min(params.kswapdFailures ?? 0, geometry.maxReclaimRetries),
    kswapdWaits: true,
    wakeMissed: false,
    throttled: [],
    victim: null,
    reaped: [],
    oomLock: null,
    freeable: NO_PAGES,
    freeablePages: 0,
    inactivationProgresses: false,
    resources: [],
  };
  assertConserved(state);
  return { ...state, memAvailable: available(state) };
}

/** Returns the state with a change. Spelled out, since a spread of so many keys costs several times as much. */
export function nodeChanged(state: MemoryContext, change: Partial<MemoryContext>): MemoryContext {
  const copy: MemoryContext = {
    node: state.node,
    managed: state.managed,
    baseMarks: state.baseMarks,
    marks: state.marks,
    boosting: state.boosting,
    inodeCache: state.inodeCache,
    tasks: state.tasks,
    geometry: state.geometry,
    freePages: state.freePages,
    slab: state.slab,
    logItems: state.logItems,
    anon: state.anon,
    anonPages: state.anonPages,
    lru: state.lru,
    other: state.other,
    takenBack: state.takenBack,
    takenOut: state.takenOut,
    injection: state.injection,
    memAvailable: state.memAvailable,
    kswapdFailures: state.kswapdFailures,
    kswapdWaits: state.kswapdWaits,
    wakeMissed: state.wakeMissed,
    throttled: state.throttled,
    victim: state.victim,
    reaped: state.reaped,
    oomLock: state.oomLock,
    freeable: state.freeable,
    freeablePages: state.freeablePages,
    inactivationProgresses: state.inactivationProgresses,
    resources: state.resources,
  };
  return Object.assign(copy, change);
}

/** Returns the state with another boost, and the marks that it makes. */
export function withBoosting(state: MemoryContext, boosting: WatermarkBoost): MemoryContext {
  if (boosting === state.boosting) return state;
  const marks = boosting.boost === state.boosting.boost ? state.marks : boostedMarks(state.baseMarks, boosting);
  return nodeChanged(state, { boosting, marks });
}

/** Returns what a census has of the node. */
export function memoryCensus(state: MemoryContext): MemoryCensus {
  const { freePages, marks, slab, logItems, anonPages, other, memAvailable: shown } = state;
  const pageCache = fileLruPages(state);
  return {
    free: freePages,
    ...marks,
    slab,
    slabUnreclaimable: logItems.pages,
    anonymous: anonPages,
    pageCache,
    other,
    available: shown,
  };
}

/** The owner of page cache that was there before any task of the model. */
const OPEN_FILES: AgentId = 'open-files';

export const fileLruPages = ({ lru }: Pick<MemoryContext, 'lru'>): number => lru.active.pages + lru.inactive.pages;

/** pgdat_balanced: zone_watermark_ok wants more than the mark. */
export const isBalanced = ({ freePages, marks }: MemoryContext): boolean => freePages > marks.high;

/** After so many passes that reclaimed nothing kswapd gives the node up and direct reclaim takes over. */
export const isHopeless = ({ kswapdFailures, geometry }: MemoryContext): boolean =>
  kswapdFailures >= geometry.maxReclaimRetries;

/** allow_direct_reclaim: more than half of MIN is free, or kswapd is no help anyway. */
export function allowsDirectReclaim(state: MemoryContext): boolean {
  if (isHopeless(state) || zoneReclaimablePages(fileLruPages(state), state.freePages) === 0) return true;
  return state.freePages > Math.floor(state.marks.min / 2);
}

/**
 * Returns the outcome with what follows from it: MemAvailable, who waits for kswapd, and a hit of node_watermark if
 * free memory has moved into another band. Its effects are in the order in which the kernel would show them:
 * tracepoints, log, messages. Throws if a page was lost or made.
 */
export function outcomeSettled(before: MemoryContext, [after, effects]: Outcome): Outcome {
  assertConserved(after);
  if (after === before) return [before, inOrder(effects)];
  const state = nodeChanged(after, {
    memAvailable: available(after),
    resources: after.throttled === before.throttled ? after.resources : pfmemallocFacts(after),
  });
  const level = levelOf(after);
  if (level === levelOf(before)) return [state, inOrder(effects)];
  const { node: nid, freePages: free, memAvailable: shown } = state;
  return [state, inOrder([...effects, hit('node_watermark', { nid, level, free, memAvailable: shown })])];
}

function inOrder(effects: readonly Effect[]): readonly Effect[] {
  if (effects.length < 2) return effects;
  return SHOWN.flatMap((kind) => effects.filter((effect) => effect.kind === kind));
}

const SHOWN: readonly Effect['kind'][] = ['trace', 'log', 'send'];

/** The band that free memory is in: below min, below low, below high, or none of these. */
function levelOf({ freePages, marks }: Pick<MemoryContext, 'freePages' | 'marks'>): 'min' | 'low' | 'high' | 'ok' {
  if (freePages < marks.min) return 'min';
  if (freePages < marks.low) return 'low';
  return freePages < marks.high ? 'high' : 'ok';
}

function available(state: MemoryContext): number {
  return memAvailable({
    free: state.freePages,
    // totalreserve_pages was computed when the marks were set: a boost does not raise it.
    reserve: state.baseMarks.high,
    low: state.marks.low,
    fileLru: fileLruPages(state),
    slabReclaimable: state.slab,
  });
}

/** The wait queue of throttled direct reclaimers, which only kswapd wakes. */
function pfmemallocFacts({ node, throttled }: MemoryContext): readonly ResourceFacts[] {
  if (throttled.length === 0) return [];
  return [
    {
      resource: pfmemallocWait(node),
      holders: [[kswapdId(node)]],
      waiters: throttled,
    },
  ];
}
