/** Watermarks against the computed examples of kernel reference 3.1, and against a real zone. */
import { expect, test } from 'vitest';
import { allocationMark, watermarks } from './watermarks.ts';

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

test('vm.min_free_kbytes sets the minimum: the guest of the pressure trace had 45056', () => {
  // /proc/zoneinfo: DMA 157 + DMA32 11,106 pages of min, 235 + 16,658 of high.
  expect(watermarks(277_799, 45_056)).toEqual({ min: 11_264, low: 14_080, high: 16_896 });
});

test('the fast path leaves LOW, the slow path MIN, the last try HIGH', () => {
  const marks = watermarks(262_144);
  const gfp = { memalloc: false, victim: false };
  expect(allocationMark(marks, 'fast', gfp)).toBe(1_286);
  expect(allocationMark(marks, 'slow', gfp)).toBe(1_024);
  expect(allocationMark(marks, 'last-try', gfp)).toBe(1_548);
});

test('on the slow path a helper of reclaim may use all reserves, an OOM victim half of MIN', () => {
  const marks = watermarks(262_144);
  expect(allocationMark(marks, 'slow', { memalloc: true, victim: false })).toBe(0);
  expect(allocationMark(marks, 'slow', { memalloc: false, victim: true })).toBe(512);
  expect(allocationMark({ ...marks, min: 1_025 }, 'slow', { memalloc: false, victim: true })).toBe(513);
  expect(allocationMark(marks, 'fast', { memalloc: true, victim: true })).toBe(1_286);
});
