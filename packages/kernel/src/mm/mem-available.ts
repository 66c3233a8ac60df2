/**
 * MemAvailable of /proc/meminfo, which counts slab where should_reclaim_retry does not. Linux 6.1 mm/page_alloc.c
 * si_mem_available.
 */

/** All in pages. `reserve` is totalreserve_pages: the HIGH mark of a node of one zone. */
export type MeminfoCounts = {
  readonly free: number;
  readonly reserve: number;
  readonly low: number;
  readonly fileLru: number;
  readonly slabReclaimable: number;
};

/**
 * Returns how many pages could be had without swapping, as monitoring shows it: at least half of page cache and slab,
 * all but LOW of each.
 */
export function memAvailable({ free, reserve, low, fileLru, slabReclaimable }: MeminfoCounts): number {
  const pageCache = fileLru - Math.min(Math.floor(fileLru / 2), low);
  const slab = slabReclaimable - Math.min(Math.floor(slabReclaimable / 2), low);
  return Math.max(0, free - reserve + pageCache + slab);
}
