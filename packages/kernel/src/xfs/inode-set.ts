/**
 * A set of inodes as a persistent bitmap: a word per slab of the allocator's, so that it also says how many slabs its
 * members stand on. Plain data: a change copies one chunk of words and the short lists of the tables above it. Equal
 * sets are equal data, whatever they have been. Also the two sets of objects that the slabs of a mount hold: a slab's
 * pages are free only when all its objects are (kernel reference 2.1, 8).
 */
import { EMPTY_TABLE, entryAt, isEmptyTable, type NumberTable, visitEntries, withEntry } from '../number-table.ts';
import { agOf, inodeNumber, type InodeRun, pushRun } from './inode.ts';

type Chunk = { readonly count: number; readonly words: readonly number[] };

export type InodeSet = {
  /** Inodes (or their companions) that share a slab: 32 at most. */
  readonly perSlab: number;
  readonly count: number;
  /** Slabs with at least one member. */
  readonly slabs: number;
  /** Per allocation group, then per 64 slabs. */
  readonly ags: NumberTable<NumberTable<Chunk>>;
};

const WORDS_PER_CHUNK = 64;
const NO_CHUNKS: NumberTable<Chunk> = EMPTY_TABLE;
const EMPTY_CHUNK: Chunk = { count: 0, words: Array.from({ length: WORDS_PER_CHUNK }, () => 0) };

/** Returns an empty set whose members stand `perSlab` to a slab. */
export function emptyInodeSet(perSlab = 32): InodeSet {
  return { perSlab, count: 0, slabs: 0, ags: EMPTY_TABLE };
}

/** Returns the set with every inode of `runs`; throws if one is in it already. */
export function addInodes(set: InodeSet, runs: readonly InodeRun[]): InodeSet {
  return runs.reduce((next, run) => withRun(next, run, true), set);
}

/** Returns the set without any inode of `runs`; throws if one is not in it. */
export function removeInodes(set: InodeSet, runs: readonly InodeRun[]): InodeSet {
  return runs.reduce((next, run) => withRun(next, run, false), set);
}

export function hasInode(set: InodeSet, ino: number): boolean {
  const { ag, slab, bit } = placeOf(set, ino);
  return (wordAt(set, ag, slab) & (1 << bit)) !== 0;
}

/**
 * Returns whether the first inode of `run` is in the set, and how many from it on are alike; looks no further than
 * their slab.
 */
export function firstStretch(set: InodeSet, run: InodeRun): { readonly member: boolean; readonly count: number } {
  const { ag, slab, bit } = placeOf(set, run.ino);
  const room = Math.min(set.perSlab - bit, run.count);
  const word = wordAt(set, ag, slab) >>> bit;
  const member = (word & 1) !== 0;
  return { member, count: Math.min(room, trailingOnes(member ? word : ~word)) };
}

/** Returns the inodes of `runs` that are in the set, and those that are not, each in their order. */
export function splitBySet(
  set: InodeSet,
  runs: readonly InodeRun[],
): readonly [inside: InodeRun[], outside: InodeRun[]] {
  const inside: InodeRun[] = [];
  const outside: InodeRun[] = [];
  for (const run of runs) {
    for (let from = 0; from < run.count; ) {
      const stretch = firstStretch(set, { ...run, ino: run.ino + from, count: run.count - from });
      pushRun(stretch.member ? inside : outside, { ino: run.ino + from, count: stretch.count, fate: run.fate });
      from += stretch.count;
    }
  }
  return [inside, outside];
}

/**
 * Returns the first `limit` members of an allocation group from `agino` on, as runs of `clean` inodes in the order of
 * their numbers.
 */
export function membersFrom(set: InodeSet, ag: number, agino: number, limit = Number.POSITIVE_INFINITY): InodeRun[] {
  const runs: InodeRun[] = [];
  let left = limit;
  const firstSlab = Math.floor(agino / set.perSlab);
  visitEntries(entryAt(set.ags, ag) ?? NO_CHUNKS, Math.floor(firstSlab / WORDS_PER_CHUNK), ({ words }, c) => {
    const slab0 = c * WORDS_PER_CHUNK;
    for (let w = Math.max(0, firstSlab - slab0); w < WORDS_PER_CHUNK && left > 0; w += 1) {
      let word = words[w] as number;
      const base = (slab0 + w) * set.perSlab;
      if (base < agino) word &= ~maskOf(0, agino - base);
      while (word !== 0 && left > 0) {
        const bit = 31 - Math.clz32(word & -word);
        const length = Math.min(left, trailingOnes(word >>> bit));
        pushRun(runs, { ino: inodeNumber(ag, base + bit), count: length, fate: 'clean' });
        word &= ~maskOf(bit, length);
        left -= length;
      }
    }
    return left > 0;
  });
  return runs;
}

/** Returns how many members share the slab of an inode with it, itself included. */
export function membersInSlab(set: InodeSet, ino: number): number {
  const { ag, slab } = placeOf(set, ino);
  return bitsIn(wordAt(set, ag, slab));
}

/** xfs_inode: 1024 bytes, 32 objects in 8 pages. Inodes that were created together share a slab. */
const INODES_PER_SLAB = 32;
const PAGES_PER_INODE_SLAB = 8;

/** dentry: 192 bytes, 21 objects in a page. Those of inodes that were created together share it. */
const DENTRIES_PER_SLAB = 21;

/**
 * The objects that occupy slabs, whose pages are free only when all objects on them are (kernel reference 2.1, 8). By
 * inode number, for a dentry that of its inode.
 */
export type SlabObjects = { readonly inodes: InodeSet; readonly dentries: InodeSet };

export const NO_SLAB_OBJECTS: SlabObjects = {
  inodes: emptyInodeSet(INODES_PER_SLAB),
  dentries: emptyInodeSet(DENTRIES_PER_SLAB),
};

/** Returns how many pages the objects occupy. */
export function slabPages({ inodes, dentries }: SlabObjects): number {
  return inodes.slabs * PAGES_PER_INODE_SLAB + dentries.slabs;
}

function placeOf(set: InodeSet, ino: number): { ag: number; slab: number; bit: number } {
  const ag = agOf(ino);
  const agino = ino - inodeNumber(ag, 0);
  const slab = Math.floor(agino / set.perSlab);
  return { ag, slab, bit: agino - slab * set.perSlab };
}

function wordAt(set: InodeSet, ag: number, slab: number): number {
  const chunks = entryAt(set.ags, ag);
  if (chunks === undefined) return 0;
  return entryAt(chunks, Math.floor(slab / WORDS_PER_CHUNK))?.words[slab % WORDS_PER_CHUNK] ?? 0;
}

/** Changes the words of a run, chunk by chunk: each chunk is copied once. */
function withRun(set: InodeSet, run: InodeRun, add: boolean): InodeSet {
  if (run.count === 0) return set;
  const ag = agOf(run.ino);
  const first = run.ino - inodeNumber(ag, 0);
  const end = first + run.count;
  let chunks = entryAt(set.ags, ag) ?? NO_CHUNKS;
  let { slabs } = set;
  for (let agino = first; agino < end; ) {
    const index = Math.floor(agino / set.perSlab / WORDS_PER_CHUNK);
    const chunk = entryAt(chunks, index) ?? EMPTY_CHUNK;
    const words = [...chunk.words];
    let { count } = chunk;
    const chunkEnd = Math.min(end, (index + 1) * WORDS_PER_CHUNK * set.perSlab);
    while (agino < chunkEnd) {
      const slab = Math.floor(agino / set.perSlab);
      const bit = agino - slab * set.perSlab;
      const length = Math.min(set.perSlab - bit, chunkEnd - agino);
      const mask = maskOf(bit, length);
      const w = slab % WORDS_PER_CHUNK;
      const before = words[w] as number;
      const wrong = add ? before & mask : ~before & mask;
      if (wrong !== 0) {
        const ino = inodeNumber(ag, slab * set.perSlab + 31 - Math.clz32(wrong & -wrong));
        throw new Error(`inode ${ino} is ${add ? 'there already' : 'not there'}`);
      }
      const after = add ? before | mask : before & ~mask;
      words[w] = after;
      if (before === 0) slabs += 1;
      if (after === 0) slabs -= 1;
      count += add ? length : -length;
      agino += length;
    }
    chunks = withEntry(chunks, index, count === 0 ? null : { count, words });
  }
  const ags = withEntry(set.ags, ag, isEmptyTable(chunks) ? null : chunks);
  return { perSlab: set.perSlab, count: set.count + (add ? run.count : -run.count), slabs, ags };
}

/** `length` bits from `bit` on. */
function maskOf(bit: number, length: number): number {
  return length >= 32 ? -1 : ((1 << length) - 1) << bit;
}

function trailingOnes(word: number): number {
  const zeroes = ~word;
  return zeroes === 0 ? 32 : 31 - Math.clz32(zeroes & -zeroes);
}

function bitsIn(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (((pairs + (pairs >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
