/**
 * The page cache of closed inodes: which of them have pages and in what order the page allocator reclaims those.
 * Counted a slab of inodes at a time, in which the pages are dealt evenly.
 */
import {
  addInodes,
  agOf,
  appendInodes,
  countInodes,
  EMPTY_INODE_LIST,
  EMPTY_TABLE,
  emptyInodeSet,
  entryAt,
  firstStretch,
  inodeNumber,
  type InodeList,
  type InodeRun,
  type InodeSet,
  isEmptyTable,
  membersInSlab,
  type NumberTable,
  removeInodes,
  takeInodes,
  withEntry,
} from '@dragon/kernel';
import { takeMembers } from './take-members.ts';

export type PageCache = {
  readonly inodes: InodeSet;
  /** Oldest first; may name inodes that have lost their pages since. */
  readonly order: InodeList;
  /** Pages by slab of inodes: per allocation group, in chunks of 128 slabs. */
  readonly pages: NumberTable<NumberTable<readonly number[]>>;
  /** Reclaimed already, of an inode that has more. */
  readonly partly: number;
  /**
   * Truncated with their inodes: the page allocator may have reclaimed these pages at the same moment, and still say
   * so.
   */
  readonly truncated: number;
};

const INODES_PER_SLAB = 32;
const SLABS_PER_CHUNK = 128;
const NO_PAGES: readonly number[] = Array.from({ length: SLABS_PER_CHUNK }, () => 0);

export const NO_PAGE_CACHE: PageCache = {
  inodes: emptyInodeSet(INODES_PER_SLAB),
  order: EMPTY_INODE_LIST,
  pages: EMPTY_TABLE,
  partly: 0,
  truncated: 0,
};

/**
 * Returns the cache with `pages` more pages, dealt over `runs` evenly; with fewer pages than inodes the first get one
 * each.
 */
export function attachPages(cache: PageCache, runs: readonly InodeRun[], pages: number): PageCache {
  if (pages === 0) return cache;
  const [paged] = takeInodes(runs, pages);
  const inodes = countInodes(paged);
  let next: PageCache = { ...cache, inodes: addInodes(cache.inodes, paged), order: appendInodes(cache.order, paged) };
  let seen = 0;
  for (const run of paged) {
    for (let from = 0; from < run.count; ) {
      const ino = run.ino + from;
      const count = Math.min(run.count - from, INODES_PER_SLAB - (ino % INODES_PER_SLAB));
      const share = Math.floor((pages * (seen + count)) / inodes) - Math.floor((pages * seen) / inodes);
      next = withPages(next, ino, pagesInSlab(next, ino) + share);
      seen += count;
      from += count;
    }
  }
  return next;
}

/** Returns the cache without the pages of `runs`, all of which have some, and how many those were. */
function detachPages(cache: PageCache, runs: readonly InodeRun[]): readonly [PageCache, pages: number] {
  let next = cache;
  let pages = 0;
  for (const run of runs) {
    for (let from = 0; from < run.count; ) {
      const ino = run.ino + from;
      const { count } = firstStretch(next.inodes, { ...run, ino, count: run.count - from });
      const gone = pagesOf(next, ino, count);
      next = withPages(
        { ...next, inodes: removeInodes(next.inodes, [{ ino, count, fate: run.fate }]) },
        ino,
        pagesInSlab(next, ino) - gone,
      );
      pages += gone;
      from += count;
    }
  }
  return [next, pages];
}

/** Returns the cache after truncate_inode_pages_final of `runs`, and how many pages that gave up. */
export function truncatePages(cache: PageCache, runs: readonly InodeRun[]): readonly [PageCache, pages: number] {
  if (runs.length === 0) return [cache, 0];
  const [next, pages] = detachPages(cache, runs);
  return [{ ...next, truncated: next.truncated + pages }, pages];
}

/** Returns the cache after the page allocator took `pages` of the oldest pages, and the inodes that have none left. */
export function pagesReclaimed(cache: PageCache, pages: number): readonly [PageCache, emptied: InodeRun[]] {
  const emptied: InodeRun[] = [];
  let next: PageCache = { ...cache, partly: cache.partly + pages };
  while (next.inodes.count > 0) {
    const [run] = takeMembers(next.order, next.inodes, INODES_PER_SLAB).taken;
    if (run === undefined) throw new Error('inodes have page cache, but are in no order');
    const enough = affordable(next, run.ino, firstStretch(next.inodes, run).count);
    if (enough === 0) return [next, emptied];
    const { taken, rest: order } = takeMembers(next.order, next.inodes, enough);
    const [rest, gone] = detachPages({ ...next, order }, taken);
    next = { ...rest, partly: rest.partly - gone };
    emptied.push(...taken);
  }
  const { partly, truncated } = next;
  if (partly > truncated) throw new Error(`${partly - truncated} pages of page cache were reclaimed that no inode has`);
  return [{ ...next, partly: 0, truncated: truncated - partly }, emptied];
}

/** How many of `count` neighbours the pages reclaimed so far are enough for. */
function affordable(cache: PageCache, ino: number, count: number): number {
  if (pagesOf(cache, ino, count) <= cache.partly) return count;
  return Math.min(count - 1, Math.floor(cache.partly / pagesOf(cache, ino, 1)));
}

/** The pages of `count` neighbours of one slab: their share, and all that is left if they are the last. */
function pagesOf(cache: PageCache, ino: number, count: number): number {
  const pages = pagesInSlab(cache, ino);
  const members = membersInSlab(cache.inodes, ino);
  return count === members ? pages : count * Math.floor(pages / members);
}

function pagesInSlab(cache: PageCache, ino: number): number {
  const { ag, chunk, slab } = placeOf(ino);
  const chunks = entryAt(cache.pages, ag);
  return chunks === undefined ? 0 : (entryAt(chunks, chunk)?.[slab] ?? 0);
}

function withPages(cache: PageCache, ino: number, count: number): PageCache {
  const { ag, chunk, slab } = placeOf(ino);
  const before = entryAt(cache.pages, ag) ?? NO_CHUNKS;
  const slabs = (entryAt(before, chunk) ?? NO_PAGES).with(slab, count);
  const chunks = withEntry(before, chunk, count === 0 && slabs.every((each) => each === 0) ? null : slabs);
  return { ...cache, pages: withEntry(cache.pages, ag, isEmptyTable(chunks) ? null : chunks) };
}

const NO_CHUNKS: NumberTable<readonly number[]> = EMPTY_TABLE;

function placeOf(ino: number): { ag: number; chunk: number; slab: number } {
  const ag = agOf(ino);
  const slab = Math.floor((ino - inodeNumber(ag, 0)) / INODES_PER_SLAB);
  return { ag, chunk: Math.floor(slab / SLABS_PER_CHUNK), slab: slab % SLABS_PER_CHUNK };
}
