/** Quantiles of the histogram against those of the sorted samples, and what merging and storing must not change. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_HISTOGRAM, MeasureHistogram } from './measure-histogram.ts';

const durations = fc.array(
  fc.oneof(fc.nat(300), fc.nat(5_000_000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  {
    minLength: 1,
  },
);

test('a quantile is within 1/128 of the nearest-rank one, and within the samples', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0, 0.1, 0.5, 0.9, 0.99, 1), (samples, p) => {
      const sorted = samples.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(p * sorted.length)) - 1] ?? 0;
      const found = MeasureHistogram.of(samples).quantile(p) ?? -1;
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 128);
      expect(found).toBeGreaterThanOrEqual(sorted[0] ?? 0);
      expect(found).toBeLessThanOrEqual(sorted.at(-1) ?? 0);
    }),
  );
});

test('merged histograms are the histogram of all samples, in whatever order', () => {
  fc.assert(
    fc.property(durations, durations, (left, right) => {
      const merged = new MeasureHistogram();
      merged.merge(MeasureHistogram.of(right).data());
      merged.merge(MeasureHistogram.of(left).data());
      expect(merged.data()).toEqual(MeasureHistogram.of([...left, ...right]).data());
      expect(merged.count).toBe(left.length + right.length);
    }),
  );
});

test('small values and the maximum are exact', () => {
  const histogram = MeasureHistogram.of([0, 1, 127, 1_234_567_891]);
  expect([0.25, 0.5, 0.75, 1].map((p) => histogram.quantile(p))).toEqual([0, 1, 127, 1_234_567_891]);
  expect(histogram.max).toBe(1_234_567_891);
});

test('nothing has no quantiles', () => {
  const empty = new MeasureHistogram();
  empty.merge(EMPTY_HISTOGRAM);
  expect([empty.quantile(0.5), empty.max, empty.count]).toEqual([undefined, undefined, 0]);
  expect(empty.data()).toEqual(EMPTY_HISTOGRAM);
});

test.each([-1, 0.5, Number.NaN, Infinity])('%s is refused', (value) => {
  expect(() => new MeasureHistogram().add(value)).toThrow('takes integers');
});
