/** Ranges of a sample: places become values, values places, and thirds are what they say. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLogarithmic, placeOf, type SampleRange, thirdOf, thirdsOf, valueAt } from './sample-range.ts';

const range = (least: number, most: number, step = 1): SampleRange => ({ key: 'x', least, most, step, textOf: String });

test('more than a decade is in logarithms', () => {
  expect([range(1, 10), range(1, 11), range(0, 1_000)].map(isLogarithmic)).toEqual([false, true, false]);
  const places = [0, 0.25, 0.5, 0.75, 1];
  expect(places.map((place) => valueAt(range(5_000, 500_000), place))).toEqual([
    5_000, 15_810, 50_000, 158_100, 500_000,
  ]);
  expect(places.map((place) => valueAt(range(1, 5), place))).toEqual([1, 2, 3, 4, 5]);
  expect(places.map((place) => valueAt(range(100, 60_000, 256), place))).toEqual([100, 512, 2_560, 12_032, 59_904]);
});

test('a value lies within its range, near its place', () => {
  const ends = fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1_000, max: 1_000_000_000 }));
  fc.assert(
    fc.property(ends, fc.double({ min: 0, max: 1, noNaN: true }), ([least, wide], place) => {
      const each = range(least, least + wide);
      const value = valueAt(each, place);
      expect(Number.isInteger(value) && value >= least && value <= least + wide).toBe(true);
      expect(Math.abs(placeOf(each, value) - place)).toBeLessThan(0.1);
    }),
  );
});

test('thirds are next to each other, and a value is in the one that has it', () => {
  expect(thirdsOf(range(1, 1_000))).toEqual([
    { from: 1, to: 10 },
    { from: 10, to: 100 },
    { from: 100, to: 1_000 },
  ]);
  expect([1, 9, 10, 99, 100, 1_000].map((value) => thirdOf(range(1, 1_000), value))).toEqual([0, 0, 1, 1, 2, 2]);
  expect([0, 3, 4, 6, 7, 9].map((value) => thirdOf(range(0, 9), value))).toEqual([0, 1, 1, 2, 2, 2]);
});

test('thirds of few values have no value in common', () => {
  expect(thirdsOf(range(1, 4))).toEqual([
    { from: 1, to: 1 },
    { from: 2, to: 2 },
    { from: 3, to: 4 },
  ]);
  expect(thirdsOf(range(1, 2))).toEqual([
    { from: 1, to: 1 },
    { from: 2, to: 2 },
  ]);
  expect(thirdsOf(range(5, 5))).toEqual([{ from: 5, to: 5 }]);
  const ends = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(ends, ([least, wide]) => {
      const each = range(least, least + wide);
      const thirds = thirdsOf(each);
      for (let value = least; value <= least + wide; value += 1) {
        const inside = thirds.flatMap(({ from, to }, third) => (value >= from && value <= to ? [third] : []));
        expect(inside).toEqual([thirdOf(each, value)]);
      }
    }),
  );
});
