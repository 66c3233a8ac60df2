/**
 * Watermark boosts: what an allocation does that has to steal from page blocks of another migrate type. Linux 6.1
 * mm/page_alloc.c __rmqueue_fallback, steal_suitable_fallback, boost_watermark; mm/vmscan.c balance_pgdat. Whose blocks
 * the free pages are in is only told apart as slab (reclaimable, and log items) and all others. An allocation takes
 * what is free of its own type first; then it steals block by block: the free pages of a block of another type are its
 * type's from then on. Each steal raises the marks by a block, but for that of a block that is free as a whole.
 * Estimated: free pages of slab are spread evenly over slab's blocks; those of others are whole blocks while there are
 * as many.
 */
import type { PageUse, Watermarks } from '@dragon/kernel';

/** Counts are pages. */
export type WatermarkBoost = {
  /** zone->watermark_boost, which all marks are raised by. */
  readonly boost: number;
  /** zone_boosts: the boost when kswapd's pass began. */
  readonly atPass: number;
  /** Free pages in blocks of slab, never more than are free. */
  readonly slabFree: number;
};

export const NO_BOOST: WatermarkBoost = { boost: 0, atPass: 0, slabFree: 0 };

/** 2 MiB. */
const PAGEBLOCK_PAGES = 512;

/** What an allocation finds: pages that are free, of slab, and managed; and the marks without a boost. */
export type BoostedZone = {
  readonly freePages: number;
  readonly slab: number;
  readonly managed: number;
  readonly baseMarks: Watermarks;
};

/** Returns the marks raised by the boost. */
export function boostedMarks({ min, low, high }: Watermarks, { boost }: WatermarkBoost): Watermarks {
  return { min: min + boost, low: low + boost, high: high + boost };
}

/** Returns the boost after `pages` of the zone's free ones were taken. */
export function pagesAllocated(state: WatermarkBoost, use: PageUse, pages: number, zone: BoostedZone): WatermarkBoost {
  const { atPass, slabFree } = state;
  const others = zone.freePages - slabFree;
  if (use === 'slab' || use === 'log-items') {
    if (pages <= slabFree) return pages === 0 ? state : { ...state, slabFree: slabFree - pages };
    const blocks = blocksOf(zone.managed - zone.slab - slabFree);
    const { pages: stolen, steals } = stealing(pages - slabFree, others, others >= PAGEBLOCK_PAGES ? 0 : blocks);
    return { boost: boostRaised(state, steals, zone), atPass, slabFree: slabFree + stolen - pages };
  }
  if (pages <= others) return state;
  const { pages: stolen, steals } = stealing(
    pages - others,
    slabFree,
    zone.slab === 0 ? 0 : blocksOf(zone.slab + slabFree),
  );
  return { boost: boostRaised(state, steals, zone), atPass, slabFree: slabFree - stolen };
}

const blocksOf = (pages: number): number => Math.ceil(pages / PAGEBLOCK_PAGES);

/**
 * How many of `free` pages are stolen by whoever needs `wanted` of them, with how many steals that raise the marks.
 * They are spread over so many `blocks`; over none if they are blocks of their own.
 */
function stealing(wanted: number, free: number, blocks: number): { readonly pages: number; readonly steals: number } {
  if (blocks === 0) return { pages: Math.min(free, blocksOf(wanted) * PAGEBLOCK_PAGES), steals: 0 };
  const ofBlock = Math.ceil(free / blocks);
  const steals = Math.ceil(wanted / ofBlock);
  return { pages: Math.min(free, steals * ofBlock), steals };
}

/**
 * boost_watermark: not in a zone of less than four blocks; watermark_boost_factor 15000: at most 1.5 times HIGH, but a
 * page block in any case.
 */
function boostRaised({ boost }: WatermarkBoost, steals: number, { managed, baseMarks }: BoostedZone): number {
  if (steals === 0 || managed < 4 * PAGEBLOCK_PAGES) return boost;
  const most = Math.max(PAGEBLOCK_PAGES, Math.floor(baseMarks.high * 1.5));
  return Math.min(most, boost + steals * PAGEBLOCK_PAGES);
}

export function slabFreed(state: WatermarkBoost, pages: number): WatermarkBoost {
  return { ...state, slabFree: state.slabFree + pages };
}

/** Returns the boost after so many pages are left that somebody took who raises nothing. */
export function slabFreeAtMost(state: WatermarkBoost, freePages: number): WatermarkBoost {
  return state.slabFree <= freePages ? state : { ...state, slabFree: freePages };
}

export function passBegun(state: WatermarkBoost): WatermarkBoost {
  return { ...state, atPass: state.boost };
}

/** The boost that the pass began with is taken back, whatever came of it. */
export function passEnded(state: WatermarkBoost): WatermarkBoost {
  return { ...state, boost: state.boost - state.atPass, atPass: 0 };
}
