/**
 * The buffers of a mount and their shrinker. Linux 6.1 fs/xfs/xfs_buf.c xfs_buftarg_shrink_count, xfs_buftarg_isolate,
 * xfs_buf_free. Buffers are never read anew.
 */

/** The LRU, coldest first, as stretches of buffers with the same b_lru_ref: trips that a scan still lets them off. */
export type BufferCache = readonly { readonly count: number; readonly lruRef: number }[];

/** 16 KiB: the cluster buffers of inodes are most of what is cached beside so many inodes. */
const PAGES_PER_BUFFER = 4;

/**
 * A buffer that has been used since it was read is let off once: about half of what the trace's scans looked at was
 * freed.
 */
const FIRST_LRU_REF = 1;

export function newBuffers(count: number): BufferCache {
  return count === 0 ? [] : [{ count, lruRef: FIRST_LRU_REF }];
}

export function countBuffers(buffers: BufferCache): number {
  return buffers.reduce((sum, { count }) => sum + count, 0);
}

export function bufferPages(buffers: BufferCache): number {
  return countBuffers(buffers) * PAGES_PER_BUFFER;
}

/**
 * Returns the buffers after a scan of `nrToScan`, how many it freed, and their pages, which went back in the caller's
 * own context.
 */
export function scanBuffers(
  buffers: BufferCache,
  nrToScan: number,
): { readonly buffers: BufferCache; readonly freed: number; readonly pages: number } {
  const rotated: { count: number; lruRef: number }[] = [];
  const rest = [...buffers];
  let left = nrToScan;
  let freed = 0;
  for (let first = rest[0]; first !== undefined && left > 0; first = rest[0]) {
    const count = Math.min(first.count, left);
    left -= count;
    if (count === first.count) rest.shift();
    else rest[0] = { ...first, count: first.count - count };
    if (first.lruRef === 0) freed += count;
    else rotated.push({ count, lruRef: first.lruRef - 1 });
  }
  return { buffers: stretchesJoined([...rest, ...rotated]), freed, pages: freed * PAGES_PER_BUFFER };
}

function stretchesJoined(stretches: BufferCache): BufferCache {
  const result: { count: number; lruRef: number }[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last?.lruRef === stretch.lruRef) last.count += stretch.count;
    else result.push({ ...stretch });
  }
  return result;
}
