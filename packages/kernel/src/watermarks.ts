/** Watermarks of a single-zone node. Linux 6.1 mm/page_alloc.c: init_per_zone_wmark_min, __setup_per_zone_wmarks. */

/** In pages of 4 KiB. */
export type Watermarks = { readonly min: number; readonly low: number; readonly high: number };

const KIB_PER_PAGE = 4;
const WATERMARK_SCALE_FACTOR = 10;

/** Returns the watermarks of a node of `managed` pages that is all low memory. */
export function watermarks(managed: number): Watermarks {
  const minFreeKbytes = Math.min(Math.max(Math.floor(Math.sqrt(managed * KIB_PER_PAGE * 16)), 128), 262_144);
  const min = Math.floor(minFreeKbytes / KIB_PER_PAGE);
  const gap = Math.max(Math.floor(min / 4), Math.floor((managed * WATERMARK_SCALE_FACTOR) / 10_000));
  return { min, low: min + gap, high: min + 2 * gap };
}
