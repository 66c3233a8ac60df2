/**
 * What the inactivation of an inode takes of memory, and until when: more than its inode gives back, and before that.
 * Linux 6.1 fs/xfs/xfs_inode_item.c, xfs_log_cil.c xlog_cil_alloc_shadow_bufs, xlog_cil_cleanup_whiteouts,
 * xfs_extfree_item.c, xfs_extent_busy.c; sizes as /proc/slabinfo of a Debian 6.1.192 has them, which shows two log
 * vectors for each of 50,000 inodes whose blocks past EOF were freed. Every inode counts as one of those. Leaves out
 * what is gone again with the transaction (xfs_trans, its ticket, the intent's done item), the vectors of buffers (70
 * bytes an inode), and that a file with many extents needs more.
 */
import { slabGeometry } from '../mm/slab-geometry.ts';

/** kmalloc-1k. One is in the CIL until its checkpoint is committed, its shadow stays until the inode is freed. */
export const LOG_VECTOR = 1024;
/** xfs_efi_item: nine to a page. Its extent is free before the checkpoint is pushed, which then drops it. */
export const INTENT = 455;
/** kmalloc-64: the extent is busy until the checkpoint is committed. */
export const BUSY_EXTENT = 64;

/** Bytes of log items that an inactivation takes. */
export const LOG_ITEM_BYTES = 2 * LOG_VECTOR + INTENT + BUSY_EXTENT;

/** xfs_ili, 200 bytes, from a slab that counts as reclaimable: of an inode from when it is first logged. */
export const INODE_ITEMS_PER_PAGE = 20;

/** Returns how many pages at a time log items ask for: a slab of the largest of them. */
export function logItemSlabPages(cpus: number): number {
  return slabGeometry(LOG_VECTOR, cpus).pages;
}

/** Returns for how many inodes there is room on such a slab: as many as a CPU has on its own when it has idled. */
export function inodesPerLogItemSlab(cpus: number): number {
  return Math.floor((logItemSlabPages(cpus) * 4096) / LOG_ITEM_BYTES);
}
