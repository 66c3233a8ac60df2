/** Intervals and tests against the tables of those who published them, and against R and SciPy. */
import { expect, test } from 'vitest';
import { MeasureHistogram } from './measure-histogram.ts';
import { compareMedians, compareShares, medianOf } from './paired-comparison.ts';
import {
  binomialTail,
  bootstrapQuantile,
  log10,
  mcnemarExact,
  medianRank,
  naturalLog,
  wilsonInterval,
} from './statistics.ts';

/** Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3. */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('Wilson interval of %i of %i', (count, n, low, high) => {
  const interval = wilsonInterval(count, n);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
  const mirrored = wilsonInterval(n - count, n);
  expect([mirrored.low, mirrored.high]).toEqual([expect.closeTo(1 - high, 4), expect.closeTo(1 - low, 4)]);
});

/** SciPy's binom.cdf. */
test.each([
  [2, 10, 0.0546875],
  [5, 20, 0.020694732666015625],
  [40, 100, 0.028443966820490444],
  [480, 1000, 0.10872414660207075],
  [49_000, 100_000, 1.2943580191734472e-10],
  [-1, 4, 0],
  [4, 4, 1],
])('at most %i heads of %i', (k, n, p) => {
  expect(binomialTail(k, n) / (p || 1)).toBeCloseTo(p === 0 ? 0 : 1, 9);
});

/** SciPy's binomtest. */
test.each([
  [5, 15, 0.04138946533203125],
  [0, 5, 0.0625],
  [31, 6, 4.12575900554657e-5],
  [0, 0, 1],
  [3, 3, 1],
])("McNemar's exact test of %i against %i", (first, second, p) => {
  expect(mcnemarExact(first, second)).toBeCloseTo(p, 12);
});

/** Hollander and Wolfe, Nonparametric Statistical Methods; Altman et al., Statistics with Confidence, table 18.3. */
test.each([
  [5, 0],
  [6, 1],
  [10, 2],
  [20, 6],
  [50, 18],
  [100, 40],
])('the median of %i values lies between the two of rank %i', (n, rank) => {
  expect(medianRank(n)).toBe(rank);
});

/**
 * Altman et al., Statistics with Confidence (2000), table 6.2; Fagerland et al., Statistics in Medicine 33 (2014),
 * Bentur's data.
 */
test.each([
  [14, 5, 0, 22, -0.226, -0.011, 0.0625],
  [1, 1, 7, 12, 0.026, 0.507, 0.0703],
])('paired shares %i %i %i %i', (both, onlyFirst, onlySecond, neither, low, high, p) => {
  const result = compareShares(pairs(both, onlyFirst, onlySecond, neither));
  expect([result.low, result.high]).toEqual([expect.closeTo(low, 3), expect.closeTo(high, 3)]);
  expect(result.p).toBeCloseTo(p, 4);
  expect([result.onlyFirst, result.onlySecond]).toEqual([onlyFirst, onlySecond]);
});

test('where no pair differs, the difference is none, and still not known exactly', () => {
  const { difference, low, high, p } = compareShares(pairs(0, 0, 0, 20));
  expect([difference, p]).toEqual([0, 1]);
  expect(high).toBeCloseTo(0.1611, 4);
  expect(low).toBeCloseTo(-0.1611, 4);
});

test('swapping the sides turns the difference over', () => {
  const [forth, back] = [compareShares(pairs(3, 9, 2, 11)), compareShares(pairs(3, 2, 9, 11))];
  expect([back.difference, back.low, back.high]).toEqual([
    expect.closeTo(-forth.difference, 12),
    expect.closeTo(-forth.high, 12),
    expect.closeTo(-forth.low, 12),
  ]);
});

test('medians of differences take infinity as it comes', () => {
  const some = [1, 2, 3, 4, 5, 6, 7].map((i): [number, number] => [i, i < 6 ? 10 * i : Infinity]);
  expect(compareMedians(some)).toEqual({ median: 36, interval: { low: 9, high: Infinity }, pairs: 7 });
  expect(compareMedians([[Infinity, Infinity]])).toEqual({ median: 0, interval: null, pairs: 1 });
  expect(compareMedians([])).toBeUndefined();
  expect(medianOf([3, 1, 2])?.median).toBe(2);
});

test('the bootstrap gives the same interval every time, around the quantile', () => {
  const runs = Array.from({ length: 40 }, (_, i) => MeasureHistogram.of([i, i + 1, i + 2].map((x) => 100 * x)).data());
  const interval = bootstrapQuantile(runs, 0.5);
  expect(bootstrapQuantile(runs, 0.5)).toEqual(interval);
  expect(interval?.low).toBeGreaterThan(1_200);
  expect(interval?.low).toBeLessThan(2_000);
  expect(interval?.high).toBeGreaterThan(2_050);
  expect(interval?.high).toBeLessThan(2_800);
  expect(bootstrapQuantile(runs.slice(0, 5), 0.5)).toBeNull();
});

test.each([1e-9, 0.5, 1, 2, Math.E, 10, 1_234.5, 1e15])('the logarithm of %f', (x) => {
  expect(naturalLog(x)).toBeCloseTo(Math.log(x), 12);
  expect(log10(x)).toBeCloseTo(Math.log10(x), 12);
});

test.each([0, -1, Number.NaN, Infinity])('%s has no logarithm', (x) => {
  expect(() => naturalLog(x)).toThrow('not a number');
});

function pairs(both: number, onlyFirst: number, onlySecond: number, neither: number): [boolean, boolean][] {
  const times = (count: number, pair: [boolean, boolean]) => Array.from({ length: count }, () => pair);
  return [
    ...times(both, [true, true]),
    ...times(onlyFirst, [true, false]),
    ...times(onlySecond, [false, true]),
    ...times(neither, [false, false]),
  ];
}
