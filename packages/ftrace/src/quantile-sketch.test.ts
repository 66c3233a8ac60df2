/** Quantiles: those of the sorted numbers, and nearly those when there are too many to keep. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QuantileSketch } from './quantile-sketch.ts';

function sketchOf(values: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

test('are those of the sorted numbers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, p) => {
        const sorted = values.toSorted((a, b) => a - b);
        expect(sketchOf(values).quantile(p)).toBe(sorted[Math.min(values.length - 1, Math.floor(p * values.length))]);
      },
    ),
  );
});

test('of nothing there is no distribution', () => {
  expect(sketchOf([]).distribution()).toBeUndefined();
  expect(sketchOf([]).quantile(0.5)).toBeNaN();
});

test('counts, shares and the most frequent', () => {
  const sketch = sketchOf([5, 1, 5, 9, 5, 1]);
  expect(sketch.distribution()).toEqual({ n: 6, min: 1, p10: 1, p50: 5, mean: 26 / 6, p90: 9, p99: 9, max: 9 });
  expect(sketch.top(2)).toEqual([
    [5, 3],
    [1, 2],
  ]);
  expect(sketch.shareUpTo(5)).toBe(5 / 6);
  expect(sketch.where((value) => value > 4).distribution()).toMatchObject({ n: 4, min: 5, max: 9 });
});

test('within 0.1 % of a great many numbers', () => {
  const values = Array.from({ length: 300_000 }, (_, i) => i * 1_237);
  const sketch = sketchOf(values);
  for (const p of [0.1, 0.5, 0.99]) {
    const exact = values[Math.floor(p * values.length)] ?? 0;
    expect(Math.abs(sketch.quantile(p) - exact) / exact).toBeLessThan(0.001);
  }
  expect(sketch.distribution()?.max).toBe(values.at(-1));
});
