/**
 * The sizes of the simulated kernel: batches, limits and priorities that are constants of its source. A plan may give
 * smaller ones, so that an exhaustive search of the same agents has an end.
 */

/** 4 * XFS_INODES_PER_CHUNK, compared per CPU although the kernel's comment says "in each AG". */
export const XFS_INODEGC_MAX_BACKLOG = 256;

/** Inodes in a 16 KiB cluster buffer of 512-byte inodes (M_IGEO(mp)->inodes_per_cluster). */
export const INODES_PER_CLUSTER = 32;

/** mm/internal.h: rounds without progress before the allocator, and passes in vain before kswapd, gives up. */
export const MAX_RECLAIM_RETRIES = 16;

/** The first priority of a round: lists are scanned by their size >> priority. */
export const DEF_PRIORITY = 12;

/** A round of direct reclaim ends when it has reclaimed so many pages, and kswapd aims at one cluster at least. */
export const SWAP_CLUSTER_MAX = 32;

export type Geometry = {
  /** XFS_INODEGC_MAX_BACKLOG. */
  readonly inodegcMaxBacklog: number;
  readonly inodesPerCluster: number;
  /** DEF_PRIORITY. */
  readonly defPriority: number;
  /** SWAP_CLUSTER_MAX, in pages. */
  readonly swapClusterMax: number;
  /** MAX_RECLAIM_RETRIES. */
  readonly maxReclaimRetries: number;
  /** XFS_LOOKUP_BATCH: inodes that xfs_icwalk_ag looks up at a time. */
  readonly lookupBatch: number;
  /**
   * The model's own: inodes evicted between two looks at the clock. dispose_list calls cond_resched after each, and 32
   * fill a cluster buffer.
   */
  readonly evictBatch: number;
  /** The model's own: cluster buffers that xfsaild submits at once. */
  readonly clustersAtOnce: number;
};

export const KERNEL_GEOMETRY: Geometry = {
  inodegcMaxBacklog: XFS_INODEGC_MAX_BACKLOG,
  inodesPerCluster: INODES_PER_CLUSTER,
  defPriority: DEF_PRIORITY,
  swapClusterMax: SWAP_CLUSTER_MAX,
  maxReclaimRetries: MAX_RECLAIM_RETRIES,
  lookupBatch: 32,
  evictBatch: 32,
  clustersAtOnce: 32,
};

/** Returns the kernel's sizes, but for those that a plan gives. */
export function wholeGeometry(given?: Partial<Geometry>): Geometry {
  return given === undefined ? KERNEL_GEOMETRY : { ...KERNEL_GEOMETRY, ...given };
}
