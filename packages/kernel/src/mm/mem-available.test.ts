/** MemAvailable against a real kernel's own number (traces/guest/pressure/guest-start.txt). */
import { expect, test } from 'vitest';
import { memAvailable } from './mem-available.ts';

test('the guest of the pressure trace said 786,788 kB', () => {
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

test('half of page cache and slab, or all but LOW of each if that is more; never less than nothing', () => {
  const counts = { free: 2_000, reserve: 1_548, low: 1_286, fileLru: 1_000, slabReclaimable: 100_000 };
  expect(memAvailable(counts)).toBe(452 + 500 + 98_714);
  expect(memAvailable({ ...counts, free: 0, fileLru: 0, slabReclaimable: 0 })).toBe(0);
});
