/**
 * Whether an allocation that reclaimed in vain tries again: the last question before the OOM killer. Linux 6.1
 * mm/page_alloc.c should_reclaim_retry, __zone_watermark_ok.
 */

/** mm/internal.h: rounds without progress before the allocator gives up. */
export const MAX_RECLAIM_RETRIES = 16;

/** Above this order, progress does not count as such. */
const PAGE_ALLOC_COSTLY_ORDER = 3;

/** Returns the rounds without progress after one more round. */
export function noProgressLoopsAfter(loops: number, madeProgress: boolean, order: number): number {
  return madeProgress && order <= PAGE_ALLOC_COSTLY_ORDER ? 0 : loops + 1;
}

/**
 * Returns whether an order-0 allocation would succeed if all that is reclaimable in the zone were free. In pages;
 * `available` is zone_reclaimable_pages (LRU only: no slab) plus free pages, `lowmemReserve` what the zone keeps from
 * allocations that could use a higher one: 0 in the highest.
 */
export function reclaimCouldSuffice(available: number, minWmark: number, lowmemReserve = 0): boolean {
  return available > minWmark + lowmemReserve;
}

/** Returns whether the allocator reclaims once more for an order-0 allocation; if not, it turns to the OOM killer. */
export function shouldReclaimRetry(
  noProgressLoops: number,
  available: number,
  minWmark: number,
  lowmemReserve = 0,
): boolean {
  return noProgressLoops <= MAX_RECLAIM_RETRIES && reclaimCouldSuffice(available, minWmark, lowmemReserve);
}
