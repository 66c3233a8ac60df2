/** A Latin hypercube, by what McKay, Beckman and Conover promise of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latinHypercube } from './latin-hypercube.ts';

test('each stratum of each dimension has one point', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      (count, dimensions, seed) => {
        const points = latinHypercube(count, dimensions, seed);
        expect(points).toHaveLength(count);
        for (let dimension = 0; dimension < dimensions; dimension += 1) {
          const strata = points.map((point) => Math.floor((point[dimension] ?? -1) * count)).sort((a, b) => a - b);
          expect(strata).toEqual(Array.from({ length: count }, (_, i) => i));
        }
      },
    ),
  );
});

test('a seed is a sample, and one more dimension changes none before it', () => {
  const points = latinHypercube(8, 2, 1);
  expect(latinHypercube(8, 2, 1)).toEqual(points);
  expect(latinHypercube(8, 2, 2)).not.toEqual(points);
  expect(latinHypercube(8, 3, 1).map((point) => point.slice(0, 2))).toEqual(points);
});

test('the mean of a sum varies far less than with points drawn alone (their theorem for monotone functions)', () => {
  const variance = (values: number[]) => {
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    return values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
  };
  const means = Array.from({ length: 200 }, (_, seed) => {
    const sums = latinHypercube(10, 3, seed).map((point) => point.reduce((sum, each) => sum + each, 0));
    return sums.reduce((sum, each) => sum + each, 0) / sums.length;
  });
  // Drawn alone: 3 / 12 / 10. In strata: 3 / 12 / 1,000.
  expect(variance(means)).toBeLessThan(3 / 12 / 10 / 50);
  expect(variance(means)).toBeGreaterThan(3 / 12 / 1_000 / 2);
});

test('dimensions are independent: every cell of a grid of thirds has its share', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 300; seed += 1)
    for (const [a = 0, b = 0] of latinHypercube(9, 2, seed)) {
      const cell = `${Math.floor(3 * a)}${Math.floor(3 * b)}`;
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
  expect(counts.size).toBe(9);
  for (const count of counts.values()) expect(Math.abs(count - 300)).toBeLessThan(40);
});
