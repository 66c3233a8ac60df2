/**
 * Watermark boosts: what an allocation does that has to take a page block of another migrate type. Linux 6.1
 * mm/page_alloc.c steal_suitable_fallback, boost_watermark; mm/vmscan.c balance_pgdat. Whose blocks the free pages are
 * in is only told apart as slab (reclaimable) and all others (movable), and a page is taken from either in proportion
 * to what is free of it, which is estimated; a pass of kswapd takes back the boost that it began with.
 */
import type { PageUse, Watermarks } from '@dragon/kernel';

/** Counts are pages. */
export type WatermarkBoost = {
  /** zone->watermark_boost, which all marks are raised by. */
  readonly boost: number;
  /** The boost when kswapd's pass began. */
  readonly atPass: number;
  /**
   * Free pages in blocks of slab, never more than are free, and pages that others have taken of such blocks since the
   * last boost.
   */
  readonly slabFree: number;
  readonly stolen: number;
};

export const NO_BOOST: WatermarkBoost = { boost: 0, atPass: 0, slabFree: 0, stolen: 0 };

/** 2 MiB. */
const PAGEBLOCK_PAGES = 512;

/** watermark_boost_factor 15000: at most 1.5 times HIGH, but a page block in any case. */
const mostBoost = ({ high }: Watermarks): number => Math.max(PAGEBLOCK_PAGES, Math.floor(high * 1.5));

/** Returns the marks raised by the boost. */
export function boostedMarks({ min, low, high }: Watermarks, { boost }: WatermarkBoost): Watermarks {
  return { min: min + boost, low: low + boost, high: high + boost };
}

/** Returns the boost after `pages` of `freePages` free ones were taken. */
export function pagesAllocated(
  state: WatermarkBoost,
  use: PageUse,
  pages: number,
  freePages: number,
  marks: Watermarks,
): WatermarkBoost {
  if (pages === 0) return state;
  const { atPass, boost, slabFree } = state;
  if (use === 'slab') return { boost, atPass, slabFree: Math.max(0, slabFree - pages), stolen: state.stolen };
  const stolen = Math.min(slabFree, Math.floor((pages * slabFree) / freePages));
  const all = state.stolen + stolen;
  const blocks = Math.floor(all / PAGEBLOCK_PAGES);
  return {
    boost: Math.min(mostBoost(marks), boost + blocks * PAGEBLOCK_PAGES),
    atPass,
    slabFree: slabFree - stolen,
    stolen: all % PAGEBLOCK_PAGES,
  };
}

export function slabFreed(state: WatermarkBoost, pages: number): WatermarkBoost {
  return { ...state, slabFree: state.slabFree + pages };
}

export function passBegun(state: WatermarkBoost): WatermarkBoost {
  return { ...state, atPass: state.boost };
}

export function passEnded(state: WatermarkBoost): WatermarkBoost {
  return { ...state, boost: state.boost - state.atPass, atPass: 0 };
}
