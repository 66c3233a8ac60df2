/**
 * What an allocator knows of its zone when it asks whether to try again, and the verdict. Linux 6.1 mm/page_alloc.c
 * should_reclaim_retry, mm/vmscan.c zone_reclaimable_pages.
 */
import { MAX_RECLAIM_RETRIES, noProgressLoopsAfter, reclaimCouldSuffice, shouldReclaimRetry } from './reclaim-retry.ts';
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

/** Returns the file pages on the LRU, as there is no swap; in 6.1.y the free pages if there are none. */
export function zoneReclaimablePages(fileLru: number, free: number): number {
  return fileLru > 0 ? fileLru : free;
}

/**
 * Returns the verdict on an order-0 allocation after one more round; a victim of the OOM killer may use half of the
 * mark.
 */
export function retryVerdict(zone: RetryZone, progress: boolean, loops: number, victim: boolean): RetryVerdict {
  const noProgressLoops = noProgressLoopsAfter(loops, progress, 0);
  const available = zone.reclaimable + zone.free;
  const mark = victim ? victimMark(zone.minWmark) : zone.minWmark;
  return {
    zone,
    noProgressLoops,
    available,
    wmarkCheck: noProgressLoops > MAX_RECLAIM_RETRIES ? null : reclaimCouldSuffice(available, mark),
    retry: shouldReclaimRetry(noProgressLoops, available, mark),
  };
}
