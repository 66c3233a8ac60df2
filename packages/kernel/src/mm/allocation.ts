/**
 * One allocation as its thread sees it: how much of it there is, and what the slow path has come to. Linux 6.1
 * mm/page_alloc.c __alloc_pages_slowpath.
 */
import type { AgentId } from '@dragon/engine';
import type { Projection } from '@dragon/statechart';
import { type Geometry, KERNEL_GEOMETRY } from '../geometry.ts';
import type { Gfp, PageUse } from '../messages.ts';
import type { Policy } from '../policy/policy.ts';
import { NO_VERDICT, type RetryVerdict, type RetryZone, shouldReclaimRetry } from './should-reclaim-retry.ts';
import { type ReclaimContext, reclaimContext, reclaimProjection } from './slab-walk.ts';
import { NEW_WALK } from './walk-state.ts';
import type { Caller } from '../stacks/stacks.ts';

/**
 * What the caller's gfp flags say of trying again. `may-fail`: __GFP_RETRY_MAYFAIL, fails where another would call the
 * OOM killer. `no-fail`: __GFP_NOFAIL, never fails.
 */
export type RetryMode = 'default' | 'may-fail' | 'no-fail';

export type AllocationRequest = { readonly pages: number; readonly use: PageUse; readonly retry?: RetryMode };

export type Allocation = {
  readonly pages: number;
  readonly use: PageUse;
  readonly retry: RetryMode;
  /** `injected`: it failed because a fault said so. */
  readonly outcome: 'pending' | 'granted' | 'failed' | 'injected';
  /** Pages it has so far, and those of them whose CPU time has not passed yet. */
  readonly granted: number;
  readonly unpaid: number;
  /** The slow path has been entered for the pages at hand. */
  readonly stalled: boolean;
  /** What the round of direct reclaim at hand scanned last, and has reclaimed. */
  readonly scanned: number;
  readonly nrReclaimed: number;
  /** Pages that were left on the LRU then; and there was nothing on it or in a shrinker for a GFP_NOFS caller. */
  readonly lruLeft: number;
  readonly nothingForNofs: boolean;
  readonly verdict: RetryVerdict;
};

/**
 * What the charts of allocation and direct reclaim need of their thread's context. `gfpFs` is the request's __GFP_FS.
 */
export type AllocContext = ReclaimContext & {
  readonly node: number;
  /** PF_MEMALLOC: the thread helps to free memory, so it does not reclaim and may use all reserves. */
  readonly memalloc: boolean;
  /** PF_KTHREAD: never throttled. A workqueue's thread sleeps a jiffy between rounds (PF_WQ_WORKER). */
  readonly kthread: boolean;
  readonly wqWorker: boolean;
  /** The OOM killer chose this task, or somebody else killed it. */
  readonly victim: boolean;
  readonly alloc: Allocation;
};

/** What of it is no behaviour. */
export const allocProjection = {
  constants: [...reclaimProjection.constants, 'memalloc', 'kthread', 'wqWorker'],
  bookkeeping: reclaimProjection.bookkeeping,
} as const satisfies Projection<AllocContext>;

type Change = Partial<AllocContext>;

export const NO_ALLOCATION: Allocation = {
  pages: 0,
  use: 'anon',
  retry: 'default',
  outcome: 'granted',
  granted: 0,
  unpaid: 0,
  stalled: false,
  scanned: 0,
  nrReclaimed: 0,
  lruLeft: 0,
  nothingForNofs: false,
  verdict: NO_VERDICT,
};

/** Returns what to put into the context before the states of `allocStates` are entered. */
export function requestPages({ pages, use, retry = 'default' }: AllocationRequest): { readonly alloc: Allocation } {
  return { alloc: { ...NO_ALLOCATION, pages, use, retry, outcome: 'pending' } };
}

/** Who allocates, and how: a user's task, a kernel thread, a worker of a workqueue. */
export type Allocator = {
  readonly self: AgentId;
  readonly policy: Policy;
  readonly cpus: readonly number[];
  readonly node: number;
  readonly gfpFs: boolean;
  readonly caller: Caller;
  readonly thread?: 'task' | 'kthread' | 'worker';
  readonly geometry?: Partial<Geometry> | undefined;
};

/**
 * Returns the context of a thread that allocates and has not begun to, as an object of its own: a machine adds to it
 * what it needs. Nothing is spread, as there is one for each CPU.
 */
export function allocatorContext(allocator: Allocator): AllocContext {
  const { self, policy, cpus, gfpFs, geometry, caller, thread = 'task', node } = allocator;
  const reclaim = reclaimContext({
    self,
    policy,
    cpus,
    gfpFs,
    geometry,
    kswapd: false,
    reclaimState: false,
    priority: geometry?.defPriority ?? KERNEL_GEOMETRY.defPriority,
    caller,
  });
  return Object.assign(reclaim, {
    node,
    memalloc: false,
    kthread: thread !== 'task',
    wqWorker: thread === 'worker',
    victim: false,
    alloc: NO_ALLOCATION,
  });
}

export const missingPages = ({ alloc }: AllocContext): number => alloc.pages - alloc.granted;

export function gfpOf({ gfpFs, memalloc, victim }: AllocContext): Gfp {
  return { fs: gfpFs, memalloc, victim };
}

/** Spelled out, since a spread of so many keys costs several times as much. */
function withAlloc({ alloc }: AllocContext, change: Partial<Allocation>): { readonly alloc: Allocation } {
  const copy: Allocation = {
    pages: alloc.pages,
    use: alloc.use,
    retry: alloc.retry,
    outcome: alloc.outcome,
    granted: alloc.granted,
    unpaid: alloc.unpaid,
    stalled: alloc.stalled,
    scanned: alloc.scanned,
    nrReclaimed: alloc.nrReclaimed,
    lruLeft: alloc.lruLeft,
    nothingForNofs: alloc.nothingForNofs,
    verdict: alloc.verdict,
  };
  return { alloc: Object.assign(copy, change) };
}

export function pagesTaken(context: AllocContext, granted: number): Change {
  const { alloc } = context;
  return withAlloc(context, { granted: alloc.granted + granted, unpaid: alloc.unpaid + granted });
}

/** The next page begins with the fast path, and with no rounds in vain behind it. */
export function pagesPaid(context: AllocContext): Change {
  return withAlloc(context, { unpaid: 0, stalled: false, verdict: NO_VERDICT });
}

export function stallBegun(context: AllocContext): Change {
  return withAlloc(context, { stalled: true });
}

export function roundBegun(context: AllocContext): Change {
  const priority = context.geometry.defPriority;
  return { ...withAlloc(context, { nrReclaimed: 0, scanned: 0 }), priority, reclaimState: true };
}

export function roundEnded({ geometry }: AllocContext): Change {
  return { reclaimState: false, priority: geometry.defPriority };
}

/** Pages of the LRU that were looked at, that were freed, and that are left. */
type LruPages = { readonly scanned: number; readonly reclaimed: number; readonly left: number };

export function lruReclaimed(context: AllocContext, { scanned, reclaimed, left }: LruPages): Change {
  return withAlloc(context, { scanned, nrReclaimed: context.alloc.nrReclaimed + reclaimed, lruLeft: left });
}

/** reclaim_state->reclaimed_slab joins what the LRU gave. */
export function slabCredited(context: AllocContext): Change {
  const { alloc, walk } = context;
  const change = {
    nrReclaimed: alloc.nrReclaimed + walk.credit,
    nothingForNofs: alloc.lruLeft === 0 && !walk.anyNofs,
  };
  return { ...withAlloc(context, change), walk: NEW_WALK };
}

/** Whether the priorities between this one and the last can give a GFP_NOFS caller nothing. */
export function isInVain({ gfpFs, alloc, priority }: AllocContext): boolean {
  return !gfpFs && alloc.nothingForNofs && priority > 1;
}

/** The last priority is the next. */
export function lastPriorityChosen(): Change {
  return { priority: 0 };
}

export function priorityRaised(context: AllocContext): Change {
  return { priority: context.priority - 1 };
}

/** A fatal signal ended the wait for kswapd: try_to_free_pages returns 1, as if it had reclaimed. */
export function throttleKilled(context: AllocContext): Change {
  return { ...withAlloc(context, { nrReclaimed: 1, scanned: 0 }), victim: true };
}

export function zoneRead(context: AllocContext, { reclaimable, free, minWmark }: RetryZone): Change {
  const { alloc, victim, geometry } = context;
  const zone = { reclaimable, free, minWmark };
  const { noProgressLoops } = alloc.verdict;
  return withAlloc(context, {
    verdict: shouldReclaimRetry(zone, alloc.nrReclaimed > 0, noProgressLoops, victim, geometry.maxReclaimRetries),
  });
}

/** The OOM killer made progress: rounds in vain are counted anew. */
export function oomProgressed(context: AllocContext): Change {
  return withAlloc(context, { verdict: NO_VERDICT });
}

/** The allocation is over. What its caller does not ask for is forgotten. */
export function allocationEnded({ alloc }: AllocContext, outcome: 'granted' | 'failed' | 'injected'): Change {
  return { alloc: { ...NO_ALLOCATION, outcome, granted: alloc.granted } };
}

/** The caller has done with the pages what was to be done. */
export function allocationForgotten(): Change {
  return { alloc: NO_ALLOCATION };
}
