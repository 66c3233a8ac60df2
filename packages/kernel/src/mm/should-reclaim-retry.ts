/**
 * Whether an allocation that reclaimed in vain tries again: the last question before the OOM killer, and what it counts
 * as memory that could be had, beside what monitoring counts. Linux 6.1 mm/page_alloc.c should_reclaim_retry,
 * __zone_watermark_ok, si_mem_available; mm/vmscan.c zone_reclaimable_pages.
 */
import { MAX_RECLAIM_RETRIES } from '../geometry.ts';
import { victimMark } from './watermarks.ts';

/** In pages. `reclaimable` is `zoneReclaimablePages`; slab is in none of them. */
export type RetryZone = { readonly reclaimable: number; readonly free: number; readonly minWmark: number };

export type RetryVerdict = {
  readonly zone: RetryZone;
  /** Rounds of direct reclaim without progress, the last included. */
  readonly noProgressLoops: number;
  /** What would be free if all that is reclaimable were reclaimed. */
  readonly available: number;
  /** Whether that is above the mark; null where the kernel does not look, after too many rounds in vain. */
  readonly wmarkCheck: boolean | null;
  readonly retry: boolean;
};

export const NO_VERDICT: RetryVerdict = {
  zone: { reclaimable: 0, free: 0, minWmark: 0 },
  noProgressLoops: 0,
  available: 0,
  wmarkCheck: null,
  retry: false,
};

/** Above this order, progress does not count as such. */
const PAGE_ALLOC_COSTLY_ORDER = 3;

/** Returns the rounds without progress after one more round; every order in the simulation is 0. */
export function noProgressLoopsAfter(loops: number, madeProgress: boolean, order = 0): number {
  return madeProgress && order <= PAGE_ALLOC_COSTLY_ORDER ? 0 : loops + 1;
}

/**
 * Returns whether an order-0 allocation would succeed if all that is reclaimable in the zone were free. In pages;
 * `available` is zone_reclaimable_pages (LRU only: no slab) plus free pages.
 */
export function reclaimCouldSuffice(available: number, minWmark: number): boolean {
  return available > minWmark;
}

/**
 * Returns the verdict on an order-0 allocation after one more round, which made `progress`; a victim of the OOM killer
 * may use half of the mark. `maxRetries` is MAX_RECLAIM_RETRIES.
 */
export function shouldReclaimRetry(
  zone: RetryZone,
  progress: boolean,
  loops: number,
  victim: boolean,
  maxRetries = MAX_RECLAIM_RETRIES,
): RetryVerdict {
  const noProgressLoops = noProgressLoopsAfter(loops, progress);
  const available = zone.reclaimable + zone.free;
  const mark = victim ? victimMark(zone.minWmark) : zone.minWmark;
  const wmarkCheck = noProgressLoops > maxRetries ? null : reclaimCouldSuffice(available, mark);
  return { zone, noProgressLoops, available, wmarkCheck, retry: wmarkCheck === true };
}

/** Returns the file pages on the LRU, as there is no swap; in 6.1.y the free pages if there are none. */
export function zoneReclaimablePages(fileLru: number, free: number): number {
  return fileLru > 0 ? fileLru : free;
}

/** All in pages. `reserve` is totalreserve_pages: the HIGH mark of a node of one zone. */
export type MeminfoCounts = {
  readonly free: number;
  readonly reserve: number;
  readonly low: number;
  readonly fileLru: number;
  readonly slabReclaimable: number;
};

/**
 * Returns MemAvailable of /proc/meminfo: how many pages could be had without swapping, at least half of page cache and
 * slab, all but LOW of each. It counts slab where should_reclaim_retry does not.
 */
export function memAvailable({ free, reserve, low, fileLru, slabReclaimable }: MeminfoCounts): number {
  const pageCache = fileLru - Math.min(Math.floor(fileLru / 2), low);
  const slab = slabReclaimable - Math.min(Math.floor(slabReclaimable / 2), low);
  return Math.max(0, free - reserve + pageCache + slab);
}
