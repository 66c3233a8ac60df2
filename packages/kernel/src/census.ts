/**
 * What a census has of each kind of agent: the one table of names for the agents that say the numbers and for whoever
 * draws or checks them. Inodes are counted where they are, so that those which no count of the kernel's has are seen,
 * too. Linux 6.1.
 */

/**
 * Inodes of a mount, by where they are: each in the slabs is in one population. `freeing` is those that are evicted,
 * queued, or in a worker's batch, which workers count (`InodegcCensus`); together with `rcu` it is what no
 * count_objects returns under the policy of 6.1.
 */
export type InodeCensus = {
  /** Inodes in use: i_count is not 0, and no cache but the task's own reference holds them. */
  readonly live: number;
  /** Closed inodes behind a cached dentry: fs/dcache.c d_lru_add. The superblock shrinker counts the dentries. */
  readonly dentries: number;
  /** Inodes without a dentry that their page cache keeps off the LRU: fs/inode.c inode_lru_isolate. */
  readonly pageCached: number;
  /** Inodes on the VFS LRU: fs/inode.c inode_add_lru. The superblock shrinker counts them. */
  readonly lru: number;
  /** Inodes off every list: fs/inode.c evict to fs/xfs/xfs_icache.c xfs_inodegc_set_reclaimable. */
  readonly freeing: number;
  /** Of `freeing`, those that the superblock shrinker counts: under accounting=hidden, as in 6.1, none. */
  readonly freeingCounted: number;
  /** XFS_IRECLAIMABLE inodes that the CIL pins. XFS counts these, dirty and clean ones: xfs_reclaim_inodes_count. */
  readonly pinned: number;
  /** XFS_IRECLAIMABLE inodes in the AIL. */
  readonly dirty: number;
  /** XFS_IRECLAIMABLE inodes that xfs_reclaim_inode frees at once. */
  readonly clean: number;
  /** Inodes that __xfs_inode_free has handed to call_rcu. */
  readonly rcu: number;
  /** Inodes in the slabs, counted there: the sum of all of the above. */
  readonly slabObjects: number;
  /** Pages of the slabs of inodes and dentries, each of 4 KiB. */
  readonly slabPages: number;
};

/** Inodes of one CPU's inodegc: their sum is the backlog. fs/xfs/xfs_icache.c xfs_inodegc_queue, xfs_inodegc_worker. */
export type InodegcCensus = {
  /** Inodes on the list of the CPU (struct xfs_inodegc, `list`), which `items` counts only roughly. */
  readonly queued: number;
  /** Inodes that the worker has taken off the list and not handed back to the cache: in no counter of the kernel's. */
  readonly batch: number;
};

/** Pages of 4 KiB of a NUMA node. All but the marks and `available` add up to the pages that it has. */
export type MemoryCensus = {
  /** NR_FREE_PAGES. */
  readonly free: number;
  /** The watermarks with their boost: include/linux/mmzone.h min_wmark_pages, low_wmark_pages, high_wmark_pages. */
  readonly min: number;
  readonly low: number;
  readonly high: number;
  /** NR_SLAB_RECLAIMABLE_B and the buffers of XFS. */
  readonly slab: number;
  /** NR_SLAB_UNRECLAIMABLE_B, as far as it is what transactions hold for the log. */
  readonly slabUnreclaimable: number;
  /** NR_ANON_MAPPED. */
  readonly anonymous: number;
  /** NR_ACTIVE_FILE and NR_INACTIVE_FILE. */
  readonly pageCache: number;
  /** In use for good: kernel text, page tables, what is not modelled. */
  readonly other: number;
  /** MemAvailable: mm/page_alloc.c si_mem_available. */
  readonly available: number;
};

/** The reclaim thread of a node. */
export type KswapdCensus = {
  /** scan_control.priority, from 12 down to 0: mm/vmscan.c balance_pgdat. Absent while it sleeps. */
  readonly priority?: number;
};

/** By kind of agent. */
export interface CensusByKind {
  readonly 'inode-cache': InodeCensus;
  readonly inodegc: InodegcCensus;
  readonly memory: MemoryCensus;
  readonly kswapd: KswapdCensus;
}

/** All inodes of a mount by where they are, the backlog taken apart. */
export type InodePopulations = Omit<InodeCensus, 'freeing' | 'freeingCounted' | 'slabObjects' | 'slabPages'> &
  InodegcCensus & {
    /** Evicted and in the hands of who evicts them, or on their way between agents. */
    readonly evicting: number;
  };

/** Returns where the inodes of a mount are: they add up to those in its slabs. */
export function inodePopulations(cache: InodeCensus, workers: Iterable<InodegcCensus>): InodePopulations {
  const { freeing, freeingCounted: _counted, slabObjects: _objects, slabPages: _pages, ...settled } = cache;
  let [queued, batch] = [0, 0];
  for (const worker of workers) {
    queued += worker.queued;
    batch += worker.batch;
  }
  return { ...settled, queued, batch, evicting: freeing - queued - batch };
}
