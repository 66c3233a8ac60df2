/**
 * The arithmetic of do_shrink_slab: how many objects a shrinker is asked to scan. Linux 6.1 mm/vmscan.c, identical in
 * 6.12 mm/shrinker.c.
 */

/** How a shrinker is registered. */
export type ShrinkerInfo = {
  readonly id: string;
  /**
   * The agent that counts and scans; null for a shrinker that has nothing (a private buffer target without buffers).
   */
  readonly owner: string | null;
  readonly seeks: number;
  readonly batch: number;
};

/** One call of do_shrink_slab under way. All counts are objects. */
export type SlabScan = {
  readonly freeable: number;
  readonly nrDeferred: number;
  readonly delta: number;
  readonly total: number;
  readonly scanned: number;
  readonly freed: number;
  /** A scan answered SHRINK_STOP. */
  readonly stopped: boolean;
};

/** Returns the call after `count_objects()` returned `freeable` (> 0); `nrDeferred` was taken from the shrinker. */
export function beginScan(shrinker: ShrinkerInfo, freeable: number, nrDeferred: number, priority: number): SlabScan {
  const shift = 1 << priority;
  const delta =
    shrinker.seeks > 0 ? Math.floor((Math.floor(freeable / shift) * 4) / shrinker.seeks) : Math.floor(freeable / 2);
  const total = Math.min(Math.floor(nrDeferred / shift) + delta, 2 * freeable);
  return { freeable, nrDeferred, delta, total, scanned: 0, freed: 0, stopped: false };
}

/** Returns how many objects the next `scan_objects()` is asked for, or 0 when the loop is over. */
export function nextBatch(shrinker: ShrinkerInfo, scan: SlabScan): number {
  if (scan.stopped) return 0;
  return scan.total >= shrinker.batch || scan.total >= scan.freeable ? Math.min(shrinker.batch, scan.total) : 0;
}

/** Returns the call after `scan_objects()` looked at `nrScanned` objects and freed `freed`. */
export function afterBatch(scan: SlabScan, nrScanned: number, freed: number): SlabScan {
  return { ...scan, total: scan.total - nrScanned, scanned: scan.scanned + nrScanned, freed: scan.freed + freed };
}

/** Returns the call after `scan_objects()` returned SHRINK_STOP: nothing counts as scanned. */
export function afterStop(scan: SlabScan): SlabScan {
  return { ...scan, stopped: true };
}

/** Returns the `scan_objects` function of a shrinker, as the tracepoints name it. */
export function scanFunction({ id }: ShrinkerInfo): string {
  const kind = id.slice(0, id.indexOf(':'));
  if (kind === 'xfs-buf') return 'xfs_buftarg_shrink_scan';
  return kind === 'xfs-inodegc' ? 'xfs_inodegc_shrinker_scan' : 'super_cache_scan';
}

/**
 * Returns whether a scan for a GFP_NOFS caller may free something: inodes are left alone, and inodegc frees nothing.
 */
export function worksWithoutFs(shrinker: ShrinkerInfo): boolean {
  return shrinker.seeks > 0 && scanFunction(shrinker) !== 'super_cache_scan';
}

/** Returns what is added to nr_deferred when the call ends. */
export function deferredAfter(scan: SlabScan): number {
  return Math.max(0, Math.min(scan.nrDeferred + scan.delta - scan.scanned, 2 * scan.freeable));
}
