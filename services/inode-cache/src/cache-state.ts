/**
 * The inodes of a mount by population, as the agent keeps them; the census of them, and the check that none is lost.
 */
import type { AgentId, Chunks, Effect, ResourceFacts } from '@dragon/engine';
import {
  addInodes,
  appendInodes,
  type InodeCensus,
  EMPTY_INODE_LIST,
  EMPTY_TABLE,
  emptyInodeSet,
  emptySlabs,
  FREE_RWSEM,
  type FreedUse,
  type Geometry,
  type InodeList,
  type InodeRun,
  type InodeSet,
  type NumberTable,
  type Policy,
  type Rwsem,
  type SlabObjects,
  slabPages,
  toMemory,
  wholeGeometry,
} from '@dragon/kernel';
import { type Answer } from '@dragon/statechart';
import { type BufferCache, anyBuffers, bufferPages, buffersOf } from './buffer-cache.ts';
import type { FailingDisk, Shutdown } from './failing-disk.ts';
import { type Checkpoints, NO_CHECKPOINTS, NOTHING_PUSHED, type Push } from './log-state.ts';
import { USUAL_LOG } from './logged-bytes.ts';
import { attachPages, NO_PAGE_CACHE, type PageCache } from './page-cache.ts';
import { inodesWaiting, type RcuLists } from './rcu-lists.ts';
import type { Freeze } from './superblock-locks.ts';

/** Lists are coldest first. Only `node`, `policy` and `lru` must be given. */
export type InodeCacheParams = {
  readonly node: number;
  readonly policy: Policy;
  /** The VFS inode LRU: no dentry, no page cache. */
  readonly lru: readonly InodeRun[];
  /** Closed inodes that a cached dentry holds: on the dentry LRU, not on the inode LRU. */
  readonly cached?: readonly InodeRun[];
  /** Pages of page cache on `cached`, dealt over them evenly. */
  readonly cachedPages?: number;
  /** Inodes that some task holds open. */
  readonly inUse?: readonly InodeRun[];
  /**
   * Cached buffers of the mount; and whether those are of the clusters of `cached` and `lru`, which were looked up, and
   * others beside them.
   */
  readonly buffers?: number;
  readonly clusterBuffers?: boolean;
  /** CPUs of the machine, on which depends how many inodes share a slab; 1 unless said otherwise. */
  readonly cpus?: number;
  /** Whether those have schedulers, and so interrupts; a plan made before there were any does not say so. */
  readonly scheduled?: boolean;
  /** Size of the log, in bytes. */
  readonly log?: number;
  /** The log worker's first tick does not come after one period. */
  readonly logWorkerPhase?: boolean;
  /** Items in the AIL: inodes in use that have been synced and not written. */
  readonly synced?: number;
  /** Headers of allocation groups are in it, too: files were made shortly before. */
  readonly headersLogged?: boolean;
  /** What is otherwise as in the kernel. */
  readonly geometry?: Partial<Geometry>;
};

export interface InodeCacheContext {
  readonly node: number;
  readonly policy: Policy;
  readonly geometry: Geometry;
  readonly scheduled: boolean;

  readonly live: InodeSet;
  /** Held by a cached dentry; `dentryLru` is their order and may name inodes that have gone from here. */
  readonly behindDentry: InodeSet;
  readonly dentryLru: InodeList;
  readonly referenced: InodeSet;
  readonly pageCache: PageCache;
  /** Inodes without a dentry that are off the LRU for their page cache. */
  readonly pageCached: number;
  readonly onLru: InodeSet;
  readonly lruOrder: InodeList;
  /** Off every list: being evicted, queued, in a worker's batch. No count sees them unless the policy says so. */
  readonly freeing: InodeSet;
  /** IRECLAIMABLE: pinned, dirty and clean. */
  readonly reclaimable: InodeSet;
  readonly clean: InodeSet;
  /** pag_ici_reclaim_cursor of each allocation group, where it is not 0. */
  readonly cursors: NumberTable<number>;

  /** The delay before the log worker's first tick. */
  readonly firstLogWorker: 'logWorker' | 'firstLogWorker';
  /** Size of the log, in bytes. */
  readonly log: number;
  /** Pinned: in the CIL, or in a checkpoint that is not in the log yet. */
  readonly cil: InodeList;
  readonly checkpoints: Checkpoints;
  /** Free on disk: they had been unlinked, and were inactivated. */
  readonly free: InodeSet;
  /** Dirty, and so in the AIL; `ail` is their order and may name inodes that have been written since. */
  readonly dirty: InodeSet;
  readonly ail: InodeList;
  /** Inodes in use that were in the AIL at the start, before all others. */
  readonly synced: number;
  readonly push: Push;
  /** Dirty and synced inodes on their way to the disk, and in how many buffers. */
  readonly writing: readonly InodeRun[];
  readonly writingSynced: number;
  readonly writingClusters: number;

  /** Handed to call_rcu: for the next grace period, for the one under way, and for one that is over. */
  readonly rcuNext: RcuLists;
  readonly rcuWaiting: RcuLists;
  readonly rcuDone: RcuLists;
  readonly slab: SlabObjects;
  /** Inodes that have been logged, and the pages of their xfs_ili. */
  readonly logged: InodeSet;
  readonly itemPages: number;
  readonly freed: number;

  readonly buffers: BufferCache;
  /** Workers of CPUs whose inodegc list holds something, by CPU. */
  readonly nonEmpty: Chunks<AgentId>;
  readonly umount: Rwsem;
  /** null: the file system is not frozen, and nobody freezes it. */
  readonly freeze: Freeze | null;
  /** Who has made the log quiet; null: nobody has. */
  readonly quiescer: AgentId | null;
  /** null: nothing of it has ever failed. */
  readonly disk: FailingDisk | null;
  readonly shutDown: Shutdown | null;
  readonly resources: readonly ResourceFacts[];
}

export type Change = Partial<InodeCacheContext>;
export type CacheAnswer = Answer<InodeCacheContext>;

/**
 * Dentries that were used since they were cached: a scan lets them off once. xfs_release keeps blocks past the end of
 * file for those that are closed dirty a second time only (XFS_IDIRTY_RELEASE), and who opens a file for that finds its
 * dentry: dput then sets DCACHE_REFERENCED (fs/dcache.c retain_dentry). Of all others nothing tells; they were not.
 */
const usedAgain = (cached: readonly InodeRun[]): InodeRun[] => cached.filter(({ fate }) => fate === 'postEof');

export function initialContext(params: InodeCacheParams): InodeCacheContext {
  const { cached = [], inUse = [], lru } = params;
  return conserved({
    node: params.node,
    policy: params.policy,
    geometry: wholeGeometry(params.geometry),
    scheduled: params.scheduled ?? false,
    live: addInodes(emptyInodeSet(), inUse),
    behindDentry: addInodes(emptyInodeSet(), cached),
    dentryLru: appendInodes(EMPTY_INODE_LIST, cached),
    referenced: addInodes(emptyInodeSet(), usedAgain(cached)),
    pageCache: attachPages(NO_PAGE_CACHE, cached, params.cachedPages ?? 0),
    pageCached: 0,
    onLru: addInodes(emptyInodeSet(), lru),
    lruOrder: appendInodes(EMPTY_INODE_LIST, lru),
    freeing: emptyInodeSet(),
    reclaimable: emptyInodeSet(),
    clean: emptyInodeSet(),
    cursors: EMPTY_TABLE,
    firstLogWorker: params.logWorkerPhase === true ? 'firstLogWorker' : 'logWorker',
    log: params.log ?? USUAL_LOG,
    cil: EMPTY_INODE_LIST,
    checkpoints: NO_CHECKPOINTS,
    free: emptyInodeSet(),
    dirty: emptyInodeSet(),
    ail: EMPTY_INODE_LIST,
    synced: params.synced ?? 0,
    push: { ...NOTHING_PUSHED, headers: params.headersLogged === true ? 'logged' : 'absent' },
    writing: [],
    writingSynced: 0,
    writingClusters: 0,
    rcuNext: EMPTY_TABLE,
    rcuWaiting: EMPTY_TABLE,
    rcuDone: EMPTY_TABLE,
    slab: initialSlab(params),
    logged: emptyInodeSet(),
    itemPages: 0,
    freed: 0,
    buffers: initialBuffers(params),
    nonEmpty: [],
    umount: FREE_RWSEM,
    freeze: null,
    quiescer: null,
    disk: null,
    shutDown: null,
    resources: [],
  });
}

function initialSlab({ lru, cached = [], inUse = [], cpus = 1 }: InodeCacheParams): SlabObjects {
  const { inodes, dentries } = emptySlabs(cpus);
  return {
    inodes: addInodes(inodes, [...lru, ...cached, ...inUse]),
    dentries: addInodes(dentries, [...cached, ...inUse]),
  };
}

/**
 * Returns the pages that the cache holds at the start, slab and buffers: what the page allocator has to have given it.
 */
export function initialSlabPages(params: InodeCacheParams): number {
  return slabPages(initialSlab(params)) + bufferPages(initialBuffers(params));
}

function initialBuffers({ buffers = 0, clusterBuffers, cached = [], lru }: InodeCacheParams): BufferCache {
  return clusterBuffers === true ? buffersOf(buffers, [...cached, ...lru]) : anyBuffers(buffers);
}

/** Returns how many of the inodes on their way through inactivation the superblock shrinker counts. */
export function freeingCounted({ policy, freeing }: Pick<InodeCacheContext, 'policy' | 'freeing'>): number {
  return policy.accounting === 'hidden' ? 0 : freeing.count;
}

/** Returns where every inode is. */
export function census(context: InodeCacheContext): InodeCensus {
  return {
    live: context.live.count,
    dentries: context.behindDentry.count,
    pageCached: context.pageCached,
    lru: context.onLru.count,
    freeing: context.freeing.count,
    freeingCounted: freeingCounted(context),
    pinned: context.cil.count,
    dirty: context.dirty.count,
    clean: context.clean.count,
    rcu: inodesWaiting(context.rcuNext, context.rcuWaiting, context.rcuDone),
    slabObjects: context.slab.inodes.count,
    slabPages: slabPages(context.slab),
  };
}

/** Returns what the simulated kernel's log says of the inodes when the OOM killer strikes. No kernel prints this. */
export function censusLine({
  freeing,
  freeingCounted: counted,
  rcu,
  dentries,
  lru,
  pinned,
  dirty,
  clean,
  live,
  pageCached,
}: InodeCensus): string {
  const uncounted = `${freeing - counted + rcu} inodes are on their way to be free and in no count (${freeing - counted} evicted, queued or in a batch, ${rcu} waiting for RCU)`;
  return `xfs sda: ${uncounted}; ${dentries + lru} counted by the VFS, ${pinned + dirty + clean + counted} by XFS (${clean} of them clean), ${live + pageCached} in use`;
}

/**
 * Returns the context; throws unless the counts of the populations add up to the inodes in the slabs. For the start and
 * for tests: no step pays for it.
 */
export function conserved(context: InodeCacheContext): InodeCacheContext {
  const { live, dentries, pageCached, lru, freeing, pinned, dirty, clean, rcu, slabObjects } = census(context);
  const { checkpoints, push, synced } = context;
  const sum = live + dentries + pageCached + lru + freeing + pinned + dirty + clean + rcu;
  const least = Math.min(
    pageCached,
    pinned - checkpoints.recordWaits.inodes - checkpoints.committing.inodes,
    push.unpushed,
    push.submitted,
    dirty + synced - push.submitted - push.unpushed,
  );
  if (sum !== slabObjects || least < 0 || context.reclaimable.count !== pinned + dirty + clean)
    throw new Error(`inodes are lost or counted twice: ${JSON.stringify(census(context))}`);
  return context;
}

/** Pages that go back to the page allocator, if any. */
export function freePages({ node }: InodeCacheContext, pages: number, use: FreedUse): readonly Effect[] {
  return pages === 0 ? [] : [toMemory(node, { type: 'memory.free', pages, use })];
}
