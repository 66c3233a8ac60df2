/**
 * Watermarks of a single-zone node, and how far down an allocation may go. Linux 6.1 mm/page_alloc.c:
 * init_per_zone_wmark_min, __setup_per_zone_wmarks, __zone_watermark_ok, __gfp_pfmemalloc_flags; mm/oom_kill.c. Boosts
 * are added to them elsewhere. Leaves out lowmem_reserve, highatomic reserves and __GFP_HIGH.
 */
import type { Gfp } from '../messages.ts';

/** In pages of 4 KiB. */
export type Watermarks = { readonly min: number; readonly low: number; readonly high: number };

const KIB_PER_PAGE = 4;
const WATERMARK_SCALE_FACTOR = 10;

/**
 * Returns the watermarks of a node of `managed` pages that is all low memory; `minFreeKbytes` is vm.min_free_kbytes if
 * that was set.
 */
export function watermarks(managed: number, minFreeKbytes = defaultMinFreeKbytes(managed)): Watermarks {
  const min = Math.floor(minFreeKbytes / KIB_PER_PAGE);
  const gap = Math.max(Math.floor(min / 4), Math.floor((managed * WATERMARK_SCALE_FACTOR) / 10_000));
  return { min, low: min + gap, high: min + 2 * gap };
}

function defaultMinFreeKbytes(managed: number): number {
  return Math.min(Math.max(Math.floor(Math.sqrt(managed * KIB_PER_PAGE * 16)), 128), 262_144);
}

/**
 * Which watermark an attempt must leave: get_page_from_freelist before, in, and at the end of the slow path; and that
 * of a __GFP_NOFAIL caller for whom the OOM killer has been (ALLOC_NO_WATERMARKS).
 */
export type AllocationPath = 'fast' | 'slow' | 'last-try' | 'no-watermarks';

/**
 * Returns how many pages must stay free after an allocation: LOW on the fast path, HIGH in the last try before an OOM
 * kill, MIN on the slow path, where PF_MEMALLOC may use all reserves and a victim of the OOM killer half of MIN. A page
 * is taken while more than that is free.
 */
export function allocationMark(marks: Watermarks, path: AllocationPath, gfp: Pick<Gfp, 'memalloc' | 'victim'>): number {
  switch (path) {
    case 'fast':
      return marks.low;
    case 'last-try':
      return marks.high;
    case 'no-watermarks':
      return 0;
    case 'slow':
      if (gfp.memalloc) return 0;
      return gfp.victim ? victimMark(marks.min) : marks.min;
  }
}

/** ALLOC_OOM: half of the mark may be used. */
export function victimMark(minWmark: number): number {
  return minWmark - Math.floor(minWmark / 2);
}
