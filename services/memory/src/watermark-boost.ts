/**
 * Watermark boosts: what an allocation does that has to steal from page blocks of another migrate type. Linux 6.1
 * mm/page_alloc.c __rmqueue_fallback, steal_suitable_fallback, boost_watermark; mm/vmscan.c balance_pgdat. Free pages
 * are told apart by the blocks that they are in: reclaimable (inodes, dentries), unmovable (log items, buffers), and
 * movable. An allocation takes what is free of its own type first; then it steals block by block: the free pages of a
 * block of another type are its type's from then on. Each steal raises the marks by a block, but for that of a block
 * that is free as a whole. Estimated: free pages of slab are spread evenly over slab's blocks; those of others are
 * whole blocks while there are as many; at the start half a block of each kind of slab is free, as half of the last one
 * that it took is in the mean. Leaves out that a movable page gets no more than a piece of a block.
 */
import type { PageUse, Watermarks } from '@dragon/kernel';

/** Counts are pages. */
export type WatermarkBoost = {
  /** zone->watermark_boost, which all marks are raised by. */
  readonly boost: number;
  /** zone_boosts: the boost when kswapd's pass began. */
  readonly atPass: number;
  /** Free pages in blocks of these types, together never more than are free. */
  readonly reclaimableFree: number;
  readonly unmovableFree: number;
};

export const NO_BOOST: WatermarkBoost = { boost: 0, atPass: 0, reclaimableFree: 0, unmovableFree: 0 };

/** 2 MiB. */
const PAGEBLOCK_PAGES = 512;

/** Returns the state at the start, with so many pages free. */
export function unboosted(freePages: number): WatermarkBoost {
  const each = Math.min(PAGEBLOCK_PAGES / 2, Math.floor(freePages / 4));
  return { boost: 0, atPass: 0, reclaimableFree: each, unmovableFree: each };
}

/** What an allocation finds: pages that are free, of slab and log items, and managed; and the marks without a boost. */
export type BoostedZone = {
  readonly freePages: number;
  readonly slab: number;
  readonly logItems: { readonly pages: number };
  readonly managed: number;
  readonly baseMarks: Watermarks;
};

/** Returns the marks raised by the boost. */
export function boostedMarks({ min, low, high }: Watermarks, { boost }: WatermarkBoost): Watermarks {
  return { min: min + boost, low: low + boost, high: high + boost };
}

type MigrateType = 'movable' | 'reclaimable' | 'unmovable';

function migrateType(use: PageUse): MigrateType {
  if (use === 'slab') return 'reclaimable';
  return use === 'log-items' || use === 'buffers' ? 'unmovable' : 'movable';
}

/** Returns the boost after `pages` of the zone's free ones were taken. */
export function pagesAllocated(state: WatermarkBoost, use: PageUse, pages: number, zone: BoostedZone): WatermarkBoost {
  const { atPass, reclaimableFree: reclaimable, unmovableFree: unmovable } = state;
  const movable = zone.freePages - reclaimable - unmovable;
  switch (migrateType(use)) {
    case 'movable': {
      if (pages <= movable) return state;
      const first = stealingBlocks(pages - movable, reclaimable, blocksOf(zone.slab + reclaimable));
      const lacking = pages - movable - first.pages;
      const last = stealingBlocks(lacking, unmovable, blocksOf(zone.logItems.pages + unmovable));
      return {
        boost: boostRaised(state, first.steals + last.steals, zone),
        atPass,
        reclaimableFree: reclaimable - first.pages,
        unmovableFree: unmovable - last.pages,
      };
    }
    case 'reclaimable': {
      if (pages <= reclaimable) return pages === 0 ? state : { ...state, reclaimableFree: reclaimable - pages };
      const { own, other, steals } = stealing(pages, reclaimable, unmovable, movable, zone, zone.logItems.pages);
      return { boost: boostRaised(state, steals, zone), atPass, reclaimableFree: own, unmovableFree: other };
    }
    case 'unmovable': {
      if (pages <= unmovable) return pages === 0 ? state : { ...state, unmovableFree: unmovable - pages };
      const { own, other, steals } = stealing(pages, unmovable, reclaimable, movable, zone, zone.slab);
      return { boost: boostRaised(state, steals, zone), atPass, reclaimableFree: other, unmovableFree: own };
    }
  }
}

const blocksOf = (pages: number): number => Math.ceil(pages / PAGEBLOCK_PAGES);

type Stolen = { readonly own: number; readonly other: number; readonly steals: number };

/**
 * Slab takes `wanted` pages, more than the `own` free ones of its type. The largest piece is taken first: blocks that
 * are free as a whole, which raise nothing; then what is free in blocks of the `other` type, which has so many pages in
 * use; then what is left of movable ones.
 */
function stealing(
  wanted: number,
  own: number,
  other: number,
  movable: number,
  { managed, slab, logItems }: BoostedZone,
  otherInUse: number,
): Stolen {
  const whole = movable < PAGEBLOCK_PAGES ? 0 : Math.min(movable, blocksOf(wanted - own) * PAGEBLOCK_PAGES);
  const first = stealingBlocks(wanted - own - whole, other, blocksOf(other + otherInUse));
  const lacking = wanted - own - whole - first.pages;
  const last = stealingBlocks(lacking, movable - whole, blocksOf(managed - slab - logItems.pages - own - other));
  return {
    own: own + whole + first.pages + last.pages - wanted,
    other: other - first.pages,
    steals: first.steals + last.steals,
  };
}

/**
 * How many of `free` pages, which are spread over so many blocks, are stolen for `wanted` ones, and in how many steals.
 */
function stealingBlocks(
  wanted: number,
  free: number,
  blocks: number,
): { readonly pages: number; readonly steals: number } {
  if (wanted <= 0 || free === 0) return { pages: 0, steals: 0 };
  const ofBlock = Math.ceil(free / blocks);
  const steals = Math.ceil(Math.min(wanted, free) / ofBlock);
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

/** Returns the boost after pages were given back that had that use. */
export function freedToBlocks(state: WatermarkBoost, use: PageUse, pages: number): WatermarkBoost {
  switch (migrateType(use)) {
    case 'movable':
      return state;
    case 'reclaimable':
      return { ...state, reclaimableFree: state.reclaimableFree + pages };
    case 'unmovable':
      return { ...state, unmovableFree: state.unmovableFree + pages };
  }
}

/** Returns the boost after so many pages are left that somebody took who raises nothing. */
export function freeAtMost(state: WatermarkBoost, freePages: number): WatermarkBoost {
  const { reclaimableFree, unmovableFree } = state;
  if (reclaimableFree + unmovableFree <= freePages) return state;
  const left = Math.min(reclaimableFree, freePages);
  return { ...state, reclaimableFree: left, unmovableFree: freePages - left };
}

export function passBegun(state: WatermarkBoost): WatermarkBoost {
  return { ...state, atPass: state.boost };
}

/** The boost that the pass began with is taken back, whatever came of it. */
export function passEnded(state: WatermarkBoost): WatermarkBoost {
  return { ...state, boost: state.boost - state.atPass, atPass: 0 };
}
