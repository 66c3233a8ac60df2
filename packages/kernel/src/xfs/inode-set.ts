/**
 * A set of inodes as a persistent bitmap: a word per slab of the allocator's, so that it also says how many slabs its
 * members stand on. Plain data; equal sets are equal data, whatever they have been.
 */
import { EMPTY_TABLE, entryAt, type NumberTable, withEntry } from '../number-table.ts';
import { NO_WORDS, nextWord, type SparseWords, wordAt, WordsDraft } from '../sparse-words.ts';
import { agOf, inodeNumber, type InodeRun, pushRun } from './inode.ts';

export type InodeSet = {
  /** Inodes (or their companions) that share a slab: 32 at most. */
  readonly perSlab: number;
  readonly count: number;
  /** Slabs with at least one member. */
  readonly slabs: number;
  /** A word per slab, per allocation group that has a member. */
  readonly ags: NumberTable<SparseWords>;
};

/** Returns an empty set whose members stand `perSlab` to a slab. */
export function emptyInodeSet(perSlab = 32): InodeSet {
  return { perSlab, count: 0, slabs: 0, ags: EMPTY_TABLE };
}

/** Returns the set with every inode of `runs`; throws if one is in it already. */
export function addInodes(set: InodeSet, runs: readonly InodeRun[]): InodeSet {
  return withRuns(set, runs, true);
}

/** Returns the set without any inode of `runs`; throws if one is not in it. */
export function removeInodes(set: InodeSet, runs: readonly InodeRun[]): InodeSet {
  return withRuns(set, runs, false);
}

export function hasInode(set: InodeSet, ino: number): boolean {
  const { ag, slab, bit } = placeOf(set, ino);
  return (slabWord(set, ag, slab) & (1 << bit)) !== 0;
}

/**
 * Returns whether the first inode of `run` is in the set, and how many from it on are alike; looks no further than
 * their slab.
 */
export function firstStretch(set: InodeSet, run: InodeRun): { readonly member: boolean; readonly count: number } {
  const stretch = stretchAt(set, run.ino, run.count);
  return { member: stretch > 0, count: Math.abs(stretch) };
}

/** Returns how many inodes from `ino` on are members, or as a negative number how many are none. */
function stretchAt(set: InodeSet, ino: number, most: number): number {
  const ag = agOf(ino);
  const agino = ino - inodeNumber(ag, 0);
  const slab = Math.floor(agino / set.perSlab);
  const bit = agino - slab * set.perSlab;
  const room = Math.min(set.perSlab - bit, most);
  const word = slabWord(set, ag, slab) >>> bit;
  return (word & 1) !== 0 ? Math.min(room, trailingOnes(word)) : -Math.min(room, trailingOnes(~word));
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
      const stretch = stretchAt(set, run.ino + from, run.count - from);
      const count = Math.abs(stretch);
      // Most runs are not split.
      const part = count === run.count ? run : { ino: run.ino + from, count, fate: run.fate };
      pushRun(stretch > 0 ? inside : outside, part);
      from += count;
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
  const words = entryAt(set.ags, ag) ?? NO_WORDS;
  let left = limit;
  for (let slab = nextWord(words, Math.floor(agino / set.perSlab)); slab >= 0; slab = nextWord(words, slab + 1)) {
    let word = wordAt(words, slab);
    const base = slab * set.perSlab;
    if (base < agino) word &= ~maskOf(0, agino - base);
    while (word !== 0 && left > 0) {
      const bit = 31 - Math.clz32(word & -word);
      const length = Math.min(left, trailingOnes(word >>> bit));
      pushRun(runs, { ino: inodeNumber(ag, base + bit), count: length, fate: 'clean' });
      word &= ~maskOf(bit, length);
      left -= length;
    }
    if (left <= 0) break;
  }
  return runs;
}

/** Returns how many members share the slab of an inode with it, itself included. */
export function membersInSlab(set: InodeSet, ino: number): number {
  const { ag, slab } = placeOf(set, ino);
  return bitsIn(slabWord(set, ag, slab));
}

function placeOf(set: InodeSet, ino: number): { ag: number; slab: number; bit: number } {
  const ag = agOf(ino);
  const agino = ino - inodeNumber(ag, 0);
  const slab = Math.floor(agino / set.perSlab);
  return { ag, slab, bit: agino - slab * set.perSlab };
}

function slabWord(set: InodeSet, ag: number, slab: number): number {
  return wordAt(entryAt(set.ags, ag) ?? NO_WORDS, slab);
}

/** Changes the words of runs; those of one group that come one after the other make one change of it. */
function withRuns(set: InodeSet, runs: readonly InodeRun[], add: boolean): InodeSet {
  const { perSlab } = set;
  let { ags, count, slabs } = set;
  let group = -1;
  let draft = new WordsDraft(NO_WORDS);
  for (let i = 0; i < runs.length; i += 1) {
    const run = runs[i] as InodeRun;
    if (run.count === 0) continue;
    const ag = agOf(run.ino);
    if (ag !== group) {
      if (group >= 0) ags = withGroup(ags, group, draft.finish());
      draft = new WordsDraft(entryAt(ags, ag) ?? NO_WORDS);
      group = ag;
    }
    const first = run.ino - inodeNumber(ag, 0);
    const end = first + run.count;
    for (let agino = first; agino < end; ) {
      const slab = Math.floor(agino / perSlab);
      const bit = agino - slab * perSlab;
      const length = Math.min(perSlab - bit, end - agino);
      const mask = maskOf(bit, length);
      const before = draft.word(slab);
      const wrong = add ? before & mask : ~before & mask;
      if (wrong !== 0) {
        const ino = inodeNumber(ag, slab * perSlab + 31 - Math.clz32(wrong & -wrong));
        throw new Error(`inode ${ino} is ${add ? 'there already' : 'not there'}`);
      }
      const after = add ? before | mask : before & ~mask;
      draft.setWord(slab, after);
      if (before === 0) slabs += 1;
      if (after === 0) slabs -= 1;
      agino += length;
    }
    count += add ? run.count : -run.count;
  }
  return group < 0 ? set : { perSlab, count, slabs, ags: withGroup(ags, group, draft.finish()) };
}

const withGroup = (ags: InodeSet['ags'], ag: number, words: SparseWords): InodeSet['ags'] =>
  withEntry(ags, ag, words.length === 0 ? null : words);

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
