/** Exact tests against values that others have computed. */
import { expect, test } from 'vitest';
import { fisherExact, mannWhitneyExact } from './exact-tests.ts';

test("Fisher's: the tea-tasting lady, 5 of 5 against 0 of 5, and what cannot differ", () => {
  // 3 of 4 against 1 of 4: R's fisher.test has 0.4857.
  expect(fisherExact(3, 4, 1, 4)).toBeCloseTo(34 / 70, 12);
  expect(fisherExact(5, 5, 0, 5)).toBeCloseTo(2 / 252, 12);
  expect(fisherExact(0, 5, 0, 16)).toBe(1);
  expect(fisherExact(16, 16, 4, 4)).toBe(1);
});

test('Mann-Whitney: two apart, two alike, ties, and an empty one', () => {
  // 3 of 3 below all of 4 others: 2 of the 35 ways.
  expect(mannWhitneyExact([1, 2, 3], [4, 5, 6, 7])).toBeCloseTo(2 / 35, 12);
  expect(mannWhitneyExact([4, 5, 6, 7], [1, 2, 3])).toBeCloseTo(2 / 35, 12);
  expect(mannWhitneyExact([1, 4], [2, 3])).toBe(1);
  expect(mannWhitneyExact([0, 0, 0], [0, 0, 0, 0])).toBe(1);
  // Of {0, 0, 1, 1} two are drawn: both zeros or both ones in 2 of 6 ways.
  expect(mannWhitneyExact([0, 0], [1, 1])).toBeCloseTo(2 / 6, 12);
  expect(mannWhitneyExact([], [1])).toBeNull();
});
