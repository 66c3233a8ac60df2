/** Draws: within their bounds, and spread over orders of magnitude. */
import { RandomStream } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnSpan, weightedIndex } from './draws.ts';

test('a span is a whole number within its bounds', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: -10, max: 1_000_000 }), fc.nat({ max: 1e12 }), (seed, least, more) => {
      const drawn = drawnSpan(RandomStream.of(seed, 'test'), least, least + more);
      expect(Number.isSafeInteger(drawn) && drawn >= least && drawn <= least + more).toBe(true);
    }),
  );
});

test('small spans are as likely as large ones', () => {
  const random = RandomStream.of(1, 'test');
  const drawn = Array.from({ length: 1_000 }, () => drawnSpan(random, 1, 1_000_000));
  expect(drawn.filter((each) => each < 1_000).length).toBeGreaterThan(400);
  expect(drawn.filter((each) => each >= 1_000).length).toBeGreaterThan(400);
});

test('an index is drawn as often as its weight says', () => {
  const random = RandomStream.of(1, 'test');
  const drawn = Array.from({ length: 1_000 }, () => weightedIndex(random, [1, 9]));
  const first = drawn.filter((each) => each === 0).length;
  expect(first).toBeGreaterThan(60);
  expect(first).toBeLessThan(150);
});
