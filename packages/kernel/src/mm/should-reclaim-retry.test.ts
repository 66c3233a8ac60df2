/**
 * The retry decision against the numbers of kernel reference 3.5 and of a recorded trace, MemAvailable against a real
 * kernel's own number.
 */
import { expect, test } from 'vitest';
import {
  memAvailable,
  noProgressLoopsAfter,
  reclaimCouldSuffice,
  shouldReclaimRetry,
  zoneReclaimablePages,
} from './should-reclaim-retry.ts';

test('free and LRU pages must be more than the mark, slab does not count', () => {
  expect(reclaimCouldSuffice(14_844, 11_618)).toBe(true);
  expect(reclaimCouldSuffice(11_619, 11_618)).toBe(true);
  expect(reclaimCouldSuffice(11_618, 11_618)).toBe(false);
});

test('any progress starts the count again, but not for costly orders', () => {
  expect(noProgressLoopsAfter(7, true, 0)).toBe(0);
  expect(noProgressLoopsAfter(7, true, 3)).toBe(0);
  expect(noProgressLoopsAfter(7, true, 4)).toBe(8);
  expect(noProgressLoopsAfter(7, false, 0)).toBe(8);
});

test('slab is not reclaimable; without file pages the free ones count twice (6.1.y)', () => {
  expect(zoneReclaimablePages(3_527, 11_317)).toBe(3_527);
  expect(zoneReclaimablePages(0, 11_317)).toBe(11_317);
});

test('the recorded decision: 3,527 on the LRU and 11,317 free are more than 11,618', () => {
  const verdict = shouldReclaimRetry({ reclaimable: 3_527, free: 11_317, minWmark: 11_618 }, true, 0, false);
  expect(verdict).toMatchObject({ available: 14_844, noProgressLoops: 0, wmarkCheck: true, retry: true });
});

test('it can say no after a single round, whatever progress there was', () => {
  const zone = { reclaimable: 300, free: 724, minWmark: 1_024 };
  expect(shouldReclaimRetry(zone, true, 0, false)).toMatchObject({
    noProgressLoops: 0,
    wmarkCheck: false,
    retry: false,
  });
});

test('the seventeenth round in vain is the last, and the zone is not looked at then', () => {
  const zone = { reclaimable: 9_000, free: 1_000, minWmark: 1_024 };
  expect(shouldReclaimRetry(zone, false, 15, false)).toMatchObject({
    noProgressLoops: 16,
    wmarkCheck: true,
    retry: true,
  });
  expect(shouldReclaimRetry(zone, false, 16, false)).toMatchObject({
    noProgressLoops: 17,
    wmarkCheck: null,
    retry: false,
  });
  expect(shouldReclaimRetry(zone, true, 16, false)).toMatchObject({ noProgressLoops: 0, retry: true });
});

test('a victim of the OOM killer needs half of it', () => {
  const zone = { reclaimable: 256, free: 257, minWmark: 1_024 };
  expect(shouldReclaimRetry(zone, true, 0, true).retry).toBe(true);
  expect(shouldReclaimRetry({ ...zone, free: 256 }, true, 0, true).retry).toBe(false);
});

test('it gives up earlier where a plan says so', () => {
  const zone = { reclaimable: 9_000, free: 1_000, minWmark: 1_024 };
  expect(shouldReclaimRetry(zone, false, 1, false, 2).retry).toBe(true);
  expect(shouldReclaimRetry(zone, false, 2, false, 2)).toMatchObject({ wmarkCheck: null, retry: false });
});

// traces/guest/pressure/guest-start.txt
test('MemAvailable: the guest of the pressure trace said 786,788 kB', () => {
  // Zones DMA (managed 3840, high 235, lowmem_reserve 1059) and DMA32 (low 13,882, high 16,658).
  const pages = memAvailable({
    free: 821_592 / 4,
    reserve: 235 + 1_059 + 16_658,
    low: 196 + 13_882,
    fileLru: 0,
    slabReclaimable: 74_008 / 4,
  });
  expect(pages * 4).toBe(786_788);
});

test('MemAvailable: half of page cache and slab, or all but LOW of each if that is more; never less than nothing', () => {
  const counts = { free: 2_000, reserve: 1_548, low: 1_286, fileLru: 1_000, slabReclaimable: 100_000 };
  expect(memAvailable(counts)).toBe(452 + 500 + 98_714);
  expect(memAvailable({ ...counts, free: 0, fileLru: 0, slabReclaimable: 0 })).toBe(0);
});
