/** The retry decision against the numbers of kernel reference 3.5 and of a recorded trace. */
import { expect, test } from 'vitest';
import { MAX_RECLAIM_RETRIES, noProgressLoopsAfter, reclaimCouldSuffice, shouldReclaimRetry } from './reclaim-retry.ts';

test('free and LRU pages must be more than the mark, slab does not count', () => {
  expect(reclaimCouldSuffice(14_844, 11_618)).toBe(true);
  expect(reclaimCouldSuffice(11_619, 11_618)).toBe(true);
  expect(reclaimCouldSuffice(11_618, 11_618)).toBe(false);
});

test('a lower zone keeps its reserve from those who could use a higher one', () => {
  expect(reclaimCouldSuffice(1_000, 500, 499)).toBe(true);
  expect(reclaimCouldSuffice(1_000, 500, 500)).toBe(false);
});

test('any progress starts the count again, but not for costly orders', () => {
  expect(noProgressLoopsAfter(7, true, 0)).toBe(0);
  expect(noProgressLoopsAfter(7, true, 3)).toBe(0);
  expect(noProgressLoopsAfter(7, true, 4)).toBe(8);
  expect(noProgressLoopsAfter(7, false, 0)).toBe(8);
});

test('after 16 rounds without progress it gives up, however much there is', () => {
  expect(shouldReclaimRetry(MAX_RECLAIM_RETRIES, 100, 10)).toBe(true);
  expect(shouldReclaimRetry(MAX_RECLAIM_RETRIES + 1, 100, 10)).toBe(false);
  expect(shouldReclaimRetry(0, 10, 10)).toBe(false);
});
