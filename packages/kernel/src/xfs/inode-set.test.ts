/** Sets of inodes against plain sets of numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inodeNumber, type InodeRun } from './inode.ts';
import {
  addInodes,
  emptyInodeSet,
  firstStretch,
  hasInode,
  type InodeSet,
  membersFrom,
  membersInSlab,
  removeInodes,
  splitBySet,
} from './inode-set.ts';

const run = (ag: number, agino: number, count: number): InodeRun => ({
  ino: inodeNumber(ag, agino),
  count,
  fate: 'clean',
});
const inosOf = (runs: readonly InodeRun[]): number[] =>
  runs.flatMap(({ ino, count }) => Array.from({ length: count }, (_, i) => ino + i));

test('a slab counts from its first member to its last', () => {
  const two = addInodes(emptyInodeSet(), [run(0, 30, 4)]);
  expect([two.count, two.slabs]).toEqual([4, 2]);
  const one = removeInodes(two, [run(0, 32, 2)]);
  expect([one.count, one.slabs]).toEqual([2, 1]);
  expect(removeInodes(one, [run(0, 30, 2)]).slabs).toBe(0);
  // 21 dentries a page: 20 and 21 are in different ones.
  expect(addInodes(emptyInodeSet(21), [run(0, 20, 2)]).slabs).toBe(2);
  expect(addInodes(emptyInodeSet(21), [run(0, 21, 21)]).slabs).toBe(1);
});

test('all 32 of a slab, the sign bit included', () => {
  const full = addInodes(emptyInodeSet(), [run(1, 64, 32)]);
  expect([membersInSlab(full, inodeNumber(1, 70)), full.slabs]).toEqual([32, 1]);
  expect(membersFrom(full, 1, 0)).toEqual([run(1, 64, 32)]);
  expect(membersFrom(full, 1, 95)).toEqual([run(1, 95, 1)]);
  expect(membersFrom(full, 1, 96)).toEqual([]);
  expect(firstStretch(full, run(1, 64, 100))).toEqual({ member: true, count: 32 });
});

test('an inode is added once and removed once', () => {
  const set = addInodes(emptyInodeSet(), [run(0, 10, 5)]);
  expect(() => addInodes(set, [run(0, 14, 2)])).toThrow('inode 14 is there already');
  expect(() => removeInodes(set, [run(0, 14, 2)])).toThrow('inode 15 is not there');
  expect(() => removeInodes(set, [run(3, 14, 1)])).toThrow('is not there');
});

const single = (ino: number): InodeRun => ({ ino, count: 1, fate: 'clean' });

const anyRun = fc
  .tuple(fc.nat(2), fc.nat(9_000), fc.integer({ min: 1, max: 90 }))
  .map(([ag, agino, count]) => run(ag, agino, count));

/** A set and the plain set that it must equal, after random changes. */
function built(runs: readonly InodeRun[], perSlab: number): { set: InodeSet; model: Set<number> } {
  let set = emptyInodeSet(perSlab);
  const model = new Set<number>();
  for (const each of runs) {
    const inos = inosOf([each]);
    if (inos.every((ino) => !model.has(ino))) {
      set = addInodes(set, [each]);
      for (const ino of inos) model.add(ino);
    } else if (inos.every((ino) => model.has(ino))) {
      set = removeInodes(set, [each]);
      for (const ino of inos) model.delete(ino);
    }
  }
  return { set, model };
}

describe.each([32, 21])('%i to a slab', (perSlab) => {
  test('is a set of numbers, as plain data', () => {
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 60 }), anyRun, fc.nat(100), (runs, probe, limit) => {
        const { set, model } = built([...runs, ...runs.slice(0, 5)], perSlab);
        expect(JSON.parse(JSON.stringify(set))).toEqual(set);
        expect(set.count).toBe(model.size);
        const slabs = new Set(
          [...model].map((ino) => `${Math.floor(ino / 2 ** 24)}/${Math.floor((ino % 2 ** 24) / perSlab)}`),
        );
        expect(set.slabs).toBe(slabs.size);
        const [inside, outside] = splitBySet(set, [probe]);
        expect(inosOf(inside)).toEqual(inosOf([probe]).filter((ino) => model.has(ino)));
        expect(inosOf(outside)).toEqual(inosOf([probe]).filter((ino) => !model.has(ino)));
        expect(hasInode(set, probe.ino)).toBe(model.has(probe.ino));
        const ag = Math.floor(probe.ino / 2 ** 24);
        const inAg = [...model]
          .filter((ino) => Math.floor(ino / 2 ** 24) === ag && ino >= probe.ino)
          .toSorted((a, b) => a - b);
        expect(inosOf(membersFrom(set, ag, probe.ino % 2 ** 24, limit))).toEqual(inAg.slice(0, limit));
      }),
    );
  });

  test('two histories that lead to the same members lead to the same data', () => {
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 40 }), fc.array(anyRun, { maxLength: 20 }), (runs, others) => {
        const { set, model } = built(runs, perSlab);
        // The same members one by one, the last first, and others that come and go.
        let other = emptyInodeSet(perSlab);
        const strangers = inosOf(others).filter((ino, i, all) => !model.has(ino) && all.indexOf(ino) === i);
        other = addInodes(other, strangers.map(single));
        other = addInodes(other, [...model].toSorted((a, b) => b - a).map(single));
        other = removeInodes(other, strangers.map(single));
        expect(other).toEqual(set);
        expect(JSON.stringify(other)).toBe(JSON.stringify(set));
      }),
    );
  });
});
