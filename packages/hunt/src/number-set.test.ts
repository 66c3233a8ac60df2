/** Sets of numbers: what goes in comes out, also by way of text. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberSet } from './number-set.ts';

test('members, in order, and the same again from text', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 99 })), (numbers) => {
      const set = new NumberSet(100);
      for (const number of numbers) set.add(number);
      expect(set.members()).toEqual(numbers.toSorted((a, b) => a - b));
      expect(set.size).toBe(numbers.length);
      expect(NumberSet.from(set.text(), 100).members()).toEqual(set.members());
    }),
  );
});

test('text of something else adds no strangers', () => {
  expect(NumberSet.from('zz', 8).members()).toEqual([]);
  expect(NumberSet.from('ffff', 4).members()).toEqual([0, 1, 2, 3]);
});
