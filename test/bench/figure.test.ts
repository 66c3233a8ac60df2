/** The figures of benches: medians, ratios of pairs, and whether a goal is reached. */
import { expect, test } from 'vitest';
import { type Figure, median, ratio, reached } from './figure.ts';
import { shortNumber } from './figure-cells.ts';

test('a median has the lowest and the highest beside it', () => {
  expect(median([3, 1, 2])).toEqual({ value: 2, spread: [1, 3] });
  expect(median([4, 1])).toEqual({ value: 2.5, spread: [1, 4] });
  expect(() => median([])).toThrow('no median');
});

test('a ratio is taken round by round', () => {
  expect(ratio([10, 40, 30], [1, 2, 10])).toEqual({ value: 10, spread: [3, 20] });
});

test.each([
  ['higher', 3, 'reached'],
  ['higher', 5, 'aim'],
  ['higher', 1, 'not reached'],
  ['lower', 3, 'reached'],
  ['lower', 4, 'not reached'],
] as const)('%s is better: %d of 3', (better, value, verdict) => {
  const figure: Figure = { name: 'a.b', about: 'b', value, unit: 'x', against: 'a peer' };
  expect(reached({ ...figure, goal: { better, reach: 3, aim: better === 'higher' ? 5 : 1 } })).toBe(verdict);
  expect(reached(figure)).toBeUndefined();
});

test('numbers have the digits that mean something', () => {
  const numbers = [12_345.6, 345.6, 34.56, 3.456, 0.3456, 0.07123, 3];
  expect(numbers.map(shortNumber)).toEqual(['12,346', '346', '34.6', '3.46', '0.35', '0.071', '3']);
});
