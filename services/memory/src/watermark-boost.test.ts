/** When the watermarks are raised, by how much, and how kswapd takes it back. */
import type { PageUse } from '@dragon/kernel';
import { describe, expect, test } from 'vitest';
import { KERNEL, MemoryNode, NOFS } from './memory-node.fixture.ts';
import {
  boostedMarks,
  NO_BOOST,
  pagesAllocated,
  passBegun,
  passEnded,
  freedToBlocks,
  freeAtMost,
  unboosted,
  type WatermarkBoost,
} from './watermark-boost.ts';

/** A node of the recorded traces: MIN is 11,106 pages. Slab and log items have 10,240 pages each: 20 blocks. */
const MARKS = { min: 11_106, low: 13_882, high: 16_658 };
const ZONE = { managed: 262_144, baseMarks: MARKS };
const taken = (state: WatermarkBoost, pages: number, freePages: number, use: PageUse = 'anon'): WatermarkBoost =>
  pagesAllocated(state, use, pages, {
    ...ZONE,
    freePages,
    slab: 10_240 - state.reclaimableFree,
    logItems: { pages: 10_240 - state.unmovableFree },
  });

test('all marks are raised alike: the min_wmark of the recorded trace is 11,106 and blocks of 512', () => {
  expect(boostedMarks(MARKS, { ...NO_BOOST, boost: 3 * 512 })).toEqual({ min: 12_642, low: 15_418, high: 18_194 });
  expect(boostedMarks(MARKS, NO_BOOST)).toEqual(MARKS);
});

describe('an allocation', () => {
  const half = freedToBlocks(freedToBlocks(NO_BOOST, 'slab', 5_000), 'log-items', 1_000);

  test('takes what is free of its own type first, and raises nothing', () => {
    expect(taken(NO_BOOST, 5_000, 20_000)).toEqual(NO_BOOST);
    expect(taken(half, 14_000, 20_000)).toBe(half);
    expect(taken(half, 0, 6_000)).toBe(half);
    expect(taken(half, 4_000, 20_000, 'slab')).toEqual({ ...half, reclaimableFree: 1_000 });
    expect(taken(half, 700, 20_000, 'log-items')).toEqual({ ...half, unmovableFree: 300 });
    expect(taken(half, 700, 20_000, 'buffers')).toEqual({ ...half, unmovableFree: 300 });
  });

  test('of movable pages steals of reclaimable blocks first, all that is free in one after the other', () => {
    expect(taken(half, 14_001, 20_000)).toEqual({ ...half, boost: 512, reclaimableFree: 4_750 });
    expect(taken(half, 14_250, 20_000)).toEqual({ ...half, boost: 512, reclaimableFree: 4_750 });
    expect(taken(half, 14_251, 20_000)).toEqual({ ...half, boost: 1_024, reclaimableFree: 4_500 });
    expect(taken(half, 19_001, 20_000)).toMatchObject({ boost: 21 * 512, reclaimableFree: 0, unmovableFree: 950 });
  });

  test('finds what is left of a stolen block among its own', () => {
    const stolen = taken(half, 14_001, 20_000);
    expect(taken(stolen, 249, 5_999)).toBe(stolen);
    expect(taken(stolen, 250, 5_999)).toMatchObject({ boost: 1_024 });
  });

  test('of slab makes blocks that are free as a whole its own without a boost', () => {
    expect(taken(half, 1_010, 20_000, 'log-items')).toEqual({ ...half, unmovableFree: 502 });
    expect(taken(half, 5_010, 20_000, 'slab')).toEqual({ ...half, reclaimableFree: 502 });
  });

  test("of slab steals then all that is free in one of the other kind's blocks after the other, and raises the marks for each", () => {
    const stolen = taken(half, 1_001, 6_100, 'log-items');
    expect(stolen).toEqual({ boost: 512, atPass: 0, reclaimableFree: 4_750, unmovableFree: 249 });
    expect(taken(half, 1_251, 6_100, 'log-items')).toMatchObject({ boost: 1_024, reclaimableFree: 4_500 });
    expect(taken(stolen, 249, 5_099, 'log-items')).toMatchObject({ boost: 512, unmovableFree: 0 });
    expect(taken(half, 5_050, 6_100, 'slab')).toMatchObject({ boost: 512, reclaimableFree: 0, unmovableFree: 950 });
  });

  test('of slab that finds no more of either takes what is left of movable blocks, and raises the marks, too', () => {
    expect(taken(half, 6_001, 6_100, 'slab')).toMatchObject({ boost: 21 * 512, reclaimableFree: 0, unmovableFree: 0 });
  });

  test('raises the marks to 1.5 times HIGH at most, or by one block if that is more; not in a tiny zone', () => {
    const all = freedToBlocks(NO_BOOST, 'slab', 40_000);
    const zone = { ...ZONE, freePages: 40_000, slab: 1_000, logItems: { pages: 0 } };
    const low = { min: 100, low: 125, high: 150 };
    expect(pagesAllocated(all, 'anon', 40_000, zone).boost).toBe(24_987);
    expect(pagesAllocated(all, 'anon', 40_000, { ...zone, baseMarks: low }).boost).toBe(512);
    expect(pagesAllocated(all, 'anon', 40_000, { ...zone, managed: 2_047 }).boost).toBe(0);
  });

  test('that steals for nobody, a fault, leaves no more of slab than is free', () => {
    expect(freeAtMost(half, 4_000)).toEqual({ ...half, reclaimableFree: 4_000, unmovableFree: 0 });
    expect(freeAtMost(half, 5_500)).toEqual({ ...half, unmovableFree: 500 });
    expect(freeAtMost(half, 6_000)).toBe(half);
  });
});

test('what others gave back is in no block of slab', () => {
  expect(freedToBlocks(NO_BOOST, 'anon', 5)).toBe(NO_BOOST);
});

test('half a block of each kind of slab is free at the start, if there is room', () => {
  expect(unboosted(20_000)).toEqual({ ...NO_BOOST, reclaimableFree: 256, unmovableFree: 256 });
  expect(unboosted(10)).toMatchObject({ reclaimableFree: 2, unmovableFree: 2 });
});

describe('a pass of kswapd', () => {
  const boosted: WatermarkBoost = { ...NO_BOOST, boost: 1_024, reclaimableFree: 7 };

  test('takes back the boost that it began with, and no other: the next one takes that', () => {
    const during = { ...passBegun(boosted), boost: 1_536 };
    expect(passEnded(during)).toEqual({ ...boosted, boost: 512 });
    expect(passEnded(passBegun(passEnded(during)))).toEqual({ ...boosted, boost: 0 });
  });

  test('that never began takes back nothing', () => {
    expect(passEnded(boosted)).toEqual(boosted);
  });
});

describe('a node whose kswapd is throttled in the middle of a pass', () => {
  /** 384 MiB: MIN is 536 pages. The hog finds no page free but those that slab gave back. */
  const boosted = (): MemoryNode => {
    const node = new MemoryNode({ managed: 75_437, minFreeKbytes: 2_144, free: 1_000, slab: 18_000 });
    node.say('inode-cache', { type: 'memory.free', pages: 1_000, use: 'slab' });
    node.allocate('hog/0', 900, 'fast');
    node.say('kswapd/0', { type: 'memory.kswapdWaits', waits: false });
    node.say('kswapd/0', { type: 'memory.passBegun' });
    for (let steals = 0; steals < 3; steals += 1) node.allocate('hog/0', 60 + 28 * steals);
    return node;
  };

  test('keeps MIN raised: a worker gets nothing, though three times as much as MIN is free', () => {
    const node = boosted();
    const { min } = node.state.baseMarks;
    const asked = node.allocate('kworker/0', 1, 'slow', NOFS, 'slab');
    expect(node.state.freePages).toBeGreaterThan(min);
    expect(node.state.freePages).toBeLessThanOrEqual(node.state.marks.min);
    expect(asked).toBe(0);
  });

  test('kills with more than MIN free', () => {
    const node = boosted();
    node.allocate('hog/0', 1, 'slow', KERNEL);
    expect(node.state.freePages).toBeGreaterThan(node.state.baseMarks.min);
    expect(node.allocate('hog/0', 1, 'last-try')).toBe(0);
  });

  test('gives the pages when the pass ends', () => {
    const node = boosted();
    node.say('kswapd/0', { type: 'memory.passEnded' });
    node.say('kswapd/0', { type: 'memory.passBegun' });
    node.say('kswapd/0', { type: 'memory.passEnded' });
    expect(node.state.marks).toEqual(node.state.baseMarks);
    expect(node.allocate('kworker/0', 1, 'slow', NOFS, 'slab')).toBe(1);
  });
});
