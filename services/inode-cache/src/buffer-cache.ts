/**
 * The buffers of a mount and their shrinker. Linux 6.1 fs/xfs/xfs_buf.c xfs_buftarg_shrink_count, xfs_buftarg_isolate,
 * xfs_buf_rele, xfs_buf_free. Those of inode clusters are told apart: a logged inode holds that of its cluster until it
 * is written (xfs_trans_log_inode, xfs_iflush_finish), and until then a scan takes it off the LRU and frees nothing.
 * Who holds a buffer is not kept here: whoever knows the inodes passes `isHeld`. Known are the clusters of inodes that
 * have been looked up, where a world says that they were; those of files that tasks make or have open are left out, and
 * so is that other buffers are read anew.
 */
import {
  addInodes,
  appendInodes,
  clusterOf,
  countInodes,
  EMPTY_INODE_LIST,
  emptyInodeSet,
  hasInode,
  type InodeList,
  type InodeRun,
  type InodeSet,
  PAGES_PER_CLUSTER,
  pushRun,
  removeInodes,
  splitBySet,
  takeFirstInodes,
  takeInodes,
} from '@dragon/kernel';

/** Neighbours on the LRU with the same b_lru_ref, trips that a scan still lets them off, in any order. */
type Stretch = { readonly clusters: InodeList; readonly others: number; readonly lruRef: number };

export type BufferCache = {
  /** Coldest first. */
  readonly lru: readonly Stretch[];
  /** Clusters: of which there may be a buffer, that have one, and whose buffer is on the LRU. */
  readonly known: InodeSet;
  readonly cached: InodeSet;
  readonly onLru: InodeSet;
  readonly pagesOfOthers: number;
};

/** Directories and btrees: a block of the file system. */
const PAGES_OF_BLOCK = 1;

/** XFS_INO_REF and XFS_DIR_BTREE_REF: of what was looked up. */
const LOOKED_UP = 2;
/**
 * Of what was made, or read by somebody who sets nothing: about half of what the scans of the pressure trace looked at
 * was freed.
 */
const FIRST_LRU_REF = 1;

/** Returns the clusters of inodes, each once. */
function clustersOf(inodes: readonly InodeRun[]): InodeRun[] {
  let clusters = emptyInodeSet();
  const runs: InodeRun[] = [];
  for (const { ino, count } of inodes) {
    const first = clusterOf(ino);
    const [, fresh] = splitBySet(clusters, [
      { ino: first, count: clusterOf(ino + count - 1) - first + 1, fate: 'clean' },
    ]);
    clusters = addInodes(clusters, fresh);
    for (const run of fresh) pushRun(runs, run);
  }
  return runs;
}

/** Returns `count` buffers: those of the clusters of inodes that were looked up, and others. */
export function buffersOf(count: number, inodes: readonly InodeRun[]): BufferCache {
  const clusters = clustersOf(inodes);
  const [here] = takeInodes(clusters, count);
  const cached = addInodes(emptyInodeSet(), here);
  return {
    lru: [stretchOf(here, count - cached.count, LOOKED_UP)].filter(isNotEmpty),
    known: addInodes(emptyInodeSet(), clusters),
    cached,
    onLru: cached,
    pagesOfOthers: PAGES_OF_BLOCK,
  };
}

/** Returns `count` buffers of which nothing is known but that most are of clusters. */
export function anyBuffers(count: number): BufferCache {
  return {
    lru: [stretchOf([], count, FIRST_LRU_REF)].filter(isNotEmpty),
    known: emptyInodeSet(),
    cached: emptyInodeSet(),
    onLru: emptyInodeSet(),
    pagesOfOthers: PAGES_PER_CLUSTER,
  };
}

function stretchOf(clusters: readonly InodeRun[], others: number, lruRef: number): Stretch {
  return { clusters: appendInodes(EMPTY_INODE_LIST, clusters), others, lruRef };
}

const sizeOf = ({ clusters, others }: Stretch): number => clusters.count + others;
const isNotEmpty = (stretch: Stretch): boolean => sizeOf(stretch) > 0;

/** Returns how many are on the LRU: what the shrinker counts. */
export const countBuffers = ({ lru }: BufferCache): number => lru.reduce((sum, each) => sum + sizeOf(each), 0);

/** Returns the pages of all that are in memory. */
export function bufferPages({ cached, lru, pagesOfOthers }: BufferCache): number {
  return cached.count * PAGES_PER_CLUSTER + lru.reduce((sum, { others }) => sum + others, 0) * pagesOfOthers;
}

/** Returns whether logging an inode finds the buffer of its cluster in memory (xfs_imap_to_bp). */
export function isCached({ known, cached }: BufferCache, ino: number): boolean {
  const cluster = clusterOf(ino);
  return hasInode(cached, cluster) || !hasInode(known, cluster);
}

/** The buffer of an inode's cluster has been read, unless somebody else has read it meanwhile. */
export function clusterRead(buffers: BufferCache, ino: number): BufferCache {
  if (isCached(buffers, ino)) return buffers;
  const cluster: InodeRun[] = [{ ino: clusterOf(ino), count: 1, fate: 'clean' }];
  return {
    ...buffers,
    lru: joined([...buffers.lru, stretchOf(cluster, 0, FIRST_LRU_REF)]),
    cached: addInodes(buffers.cached, cluster),
    onLru: addInodes(buffers.onLru, cluster),
  };
}

/** Buffers, how many a scan took off the LRU, and the pages that went back. */
type Scanned = { readonly buffers: BufferCache; readonly freed: number; readonly pages: number };

/** Returns the buffers after a scan of `nrToScan`; the pages went back in the caller's own context. */
export function scanBuffers(buffers: BufferCache, nrToScan: number, isHeld: (cluster: number) => boolean): Scanned {
  const rest = [...buffers.lru];
  const rotated: Stretch[] = [];
  const gone: InodeRun[] = [];
  let others = 0;
  let left = nrToScan;
  for (let first = rest[0]; first !== undefined && left > 0; first = rest[0]) {
    const [taken, after] = coldest(first, left);
    left -= sizeOf(taken);
    if (isNotEmpty(after)) rest[0] = after;
    else rest.shift();
    if (taken.lruRef > 0) rotated.push({ ...taken, lruRef: taken.lruRef - 1 });
    else {
      others += taken.others;
      gone.push(...takeFirstInodes(taken.clusters, taken.clusters.count)[0]);
    }
  }
  const freed = each(gone).filter(({ ino }) => !isHeld(ino));
  return {
    buffers: {
      ...buffers,
      lru: joined([...rest, ...rotated]),
      cached: removeInodes(buffers.cached, freed),
      onLru: removeInodes(buffers.onLru, gone),
    },
    freed: countInodes(gone) + others,
    pages: freed.length * PAGES_PER_CLUSTER + others * buffers.pagesOfOthers,
  };
}

const each = (runs: readonly InodeRun[]): InodeRun[] =>
  runs.flatMap(({ ino, count, fate }) => Array.from({ length: count }, (_, at) => ({ ino: ino + at, count: 1, fate })));

/** Splits `count` off a stretch: clusters and others in proportion. */
function coldest(stretch: Stretch, count: number): readonly [taken: Stretch, rest: Stretch] {
  const size = sizeOf(stretch);
  if (size <= count) return [stretch, { ...stretch, clusters: EMPTY_INODE_LIST, others: 0 }];
  const others = Math.floor((count * stretch.others) / size);
  const [runs, clusters] = takeFirstInodes(stretch.clusters, count - others);
  return [
    stretchOf(runs, others, stretch.lruRef),
    { clusters, others: stretch.others - others, lruRef: stretch.lruRef },
  ];
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last?.lruRef !== stretch.lruRef) result.push(stretch);
    else {
      const runs = takeFirstInodes(stretch.clusters, stretch.clusters.count)[0];
      const clusters = appendInodes(last.clusters, runs);
      result[result.length - 1] = { clusters, others: last.others + stretch.others, lruRef: last.lruRef };
    }
  }
  return result;
}

/** Inodes have been written, or never will be: the last of a cluster lets go of its buffer (xfs_buf_rele). */
export function clustersReleased(
  buffers: BufferCache,
  written: readonly InodeRun[],
  isHeld: (cluster: number) => boolean,
): { readonly buffers: BufferCache; readonly pages: number } {
  const [here] = splitBySet(buffers.cached, clustersOf(written));
  const [, loose] = splitBySet(buffers.onLru, here);
  const freed = each(loose).filter(({ ino }) => !isHeld(ino));
  if (freed.length === 0) return { buffers, pages: 0 };
  return {
    buffers: { ...buffers, cached: removeInodes(buffers.cached, freed) },
    pages: freed.length * PAGES_PER_CLUSTER,
  };
}
