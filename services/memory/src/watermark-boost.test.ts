/** When the watermarks are raised, by how much, and how kswapd takes it back. */
import { describe, expect, test } from 'vitest';
import {
  boostedMarks,
  NO_BOOST,
  pagesAllocated,
  passBegun,
  passEnded,
  slabFreed,
  type WatermarkBoost,
} from './watermark-boost.ts';

/** A node of the recorded traces: MIN is 11,106 pages. */
const MARKS = { min: 11_106, low: 13_882, high: 16_658 };
const taken = (state: WatermarkBoost, pages: number, freePages: number, marks = MARKS): WatermarkBoost =>
  pagesAllocated(state, 'anon', pages, freePages, marks);

test('all marks are raised alike: the min_wmark of the recorded trace is 11,106 and blocks of 512', () => {
  expect(boostedMarks(MARKS, { ...NO_BOOST, boost: 3 * 512 })).toEqual({ min: 12_642, low: 15_418, high: 18_194 });
  expect(boostedMarks(MARKS, NO_BOOST)).toEqual(MARKS);
});

describe('an allocation', () => {
  const half = slabFreed(NO_BOOST, 10_000);

  test('that finds no block of slab free raises nothing', () => {
    expect(taken(NO_BOOST, 5_000, 20_000)).toEqual(NO_BOOST);
    expect(taken(half, 0, 0)).toBe(half);
  });

  test("takes of slab's blocks what their share of the free pages is, and raises the marks by a block for each", () => {
    expect(taken(half, 1_022, 20_000)).toEqual({ boost: 0, atPass: 0, slabFree: 9_489, stolen: 511 });
    expect(taken(half, 1_024, 20_000)).toEqual({ boost: 512, atPass: 0, slabFree: 9_488, stolen: 0 });
    expect(taken(half, 4_000, 20_000)).toEqual({ boost: 1_536, atPass: 0, slabFree: 8_000, stolen: 464 });
  });

  test('adds to what was taken before', () => {
    const before = taken(half, 1_022, 20_000);
    expect(taken(before, 4, 18_978)).toMatchObject({ boost: 512, stolen: 1 });
  });

  test('of all that is free takes all', () => {
    expect(taken(half, 10_000, 10_000)).toMatchObject({ slabFree: 0, boost: 19 * 512, stolen: 10_000 - 19 * 512 });
  });

  test('of slab has blocks of its own', () => {
    expect(pagesAllocated(half, 'slab', 4_000, 20_000, MARKS)).toEqual({ ...half, slabFree: 6_000 });
    expect(pagesAllocated(half, 'slab', 14_000, 20_000, MARKS)).toEqual({ ...half, slabFree: 0 });
  });

  test('raises the marks to 1.5 times HIGH at most, or by one block if that is more', () => {
    const all = slabFreed(NO_BOOST, 40_000);
    expect(taken(all, 40_000, 40_000).boost).toBe(24_987);
    expect(taken(all, 40_000, 40_000, { min: 100, low: 125, high: 150 }).boost).toBe(512);
    expect(taken({ ...all, boost: 24_987 }, 1_000, 40_000).boost).toBe(24_987);
  });
});

describe('a pass of kswapd', () => {
  const boosted: WatermarkBoost = { boost: 1_024, atPass: 0, slabFree: 7, stolen: 9 };

  test('takes back the boost that it began with, and no other', () => {
    expect(passEnded(passBegun(boosted))).toEqual({ ...boosted, boost: 0 });
    const during = { ...passBegun(boosted), boost: 1_536 };
    expect(passEnded(during)).toEqual({ ...boosted, boost: 512 });
    expect(passEnded(passBegun(during))).toEqual({ ...boosted, boost: 0 });
  });

  test('that never began takes back nothing', () => {
    expect(passEnded(boosted)).toEqual(boosted);
  });
});
