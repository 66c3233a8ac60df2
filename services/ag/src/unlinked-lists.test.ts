/** The lists of unlinked inodes against what they are for: who stands next to whom. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neighboursOf, NO_UNLINKED, type UnlinkedLists, withoutUnlinked, withUnlinked } from './unlinked-lists.ts';

const listOf = (...inos: readonly number[]): UnlinkedLists => inos.reduce(withUnlinked, NO_UNLINKED);

test('an inode has as many neighbours as stand next to it in its bucket: its number modulo 64', () => {
  const lists = listOf(5, 69, 6, 133);
  expect([5, 69, 133, 6].map((ino) => neighboursOf(lists, ino))).toEqual([1, 2, 1, 0]);
  expect(neighboursOf(withoutUnlinked(lists, 69), 5)).toBe(1);
  expect(neighboursOf(withoutUnlinked(withoutUnlinked(lists, 69), 133), 5)).toBe(0);
});

test('one that was unlinked before the run is on no list', () => {
  const lists = listOf(5);
  expect(neighboursOf(lists, 69)).toBe(0);
  expect(withoutUnlinked(lists, 69)).toBe(lists);
});

test('what was removed leaves the others in their order', () => {
  const numbers = fc.uniqueArray(fc.nat(64 * 8), { maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.array(fc.nat(39)), (inos, gone) => {
      let lists = listOf(...inos);
      let left = inos;
      for (const index of gone) {
        const ino = inos[index % Math.max(1, inos.length)] ?? -1;
        lists = withoutUnlinked(lists, ino);
        left = left.filter((each) => each !== ino);
      }
      expect(lists).toEqual(listOf(...left));
    }),
  );
});
