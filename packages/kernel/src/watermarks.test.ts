/** Watermarks against the computed examples of kernel reference 3.1. */
import { expect, test } from 'vitest';
import { watermarks } from './watermarks.ts';

const PAGES_PER_MIB = 256;

test.each([
  [512, 2896, 3620, 4344],
  [1024, 4096, 5144, 6192],
  [4 * 1024, 8192, 12384, 16576],
  [16 * 1024, 16384, 33160, 49936],
  [64 * 1024, 32768, 99876, 166984],
])('a node of %i MiB has %i, %i and %i KiB', (mib, min, low, high) => {
  const marks = watermarks(mib * PAGES_PER_MIB);
  expect([marks.min, marks.low, marks.high].map((pages) => pages * 4)).toEqual([min, low, high]);
});

test('the minimum is at least 128 KiB and at most 256 MiB', () => {
  expect(watermarks(100).min).toBe(32);
  expect(watermarks(8 * 1024 * 1024 * PAGES_PER_MIB).min).toBe(65_536);
});
