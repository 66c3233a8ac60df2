/** Tests of who sees which inodes, by the numbers of an OOM kill beside 38,051 freeable inodes. */
import { expect, test } from 'vitest';
import { type MemoryState, memoryState, memoryStrip, killFigure, whoSeesWhich } from './memory-words.ts';

const KILL: MemoryState = {
  inodes: {
    live: 0,
    dentries: 0,
    pageCached: 0,
    lru: 0,
    pinned: 500,
    dirty: 12,
    clean: 0,
    rcu: 750,
    queued: 10_061,
    batch: 27_240,
    evicting: 0,
  },
  freeingCounted: 0,
  pages: {
    free: 1_960,
    min: 1_960,
    low: 2_484,
    high: 3_008,
    slabUnreclaimable: 0,
    slab: 10_455,
    anonymous: 25_089,
    pageCache: 0,
    other: 486_784,
    available: 7_435,
  },
};

test('the state is what the censuses come to', () => {
  const { inodes, pages } = KILL;
  const { queued, batch, evicting: _evicting, ...settled } = inodes;
  const cache = { ...settled, freeing: 37_301, freeingCounted: 0, slabObjects: 38_563, slabPages: 9_641 };
  const workers = [
    { queued, batch },
    { queued: 0, batch: 0 },
  ];
  expect(memoryState(cache, workers, pages)).toEqual(KILL);
});

test('nobody sees what is queued, in a batch, or waits for RCU', () => {
  expect(whoSeesWhich(KILL)).toEqual([
    { who: 'VFS shrinker', symbol: 'super_cache_count', count: 0, text: 'the LRU' },
    {
      who: 'XFS shrinker',
      symbol: 'xfs_reclaim_inodes_count',
      count: 512,
      text: 'pinned 500 · dirty 12 · clean 0',
    },
    {
      who: 'OOM check',
      symbol: 'should_reclaim_retry',
      count: 0,
      text: 'pages alone: page cache 0 + free 1,960, min 1,960',
    },
    { who: 'Nobody', count: 38_051, text: 'queued 10,061 · in a batch 27,240 · RCU 750' },
  ]);
});

test('a shrinker that counts the queue takes it from nobody', () => {
  const rows = whoSeesWhich({ ...KILL, freeingCounted: 37_301 });
  expect(rows.map(({ count }) => count)).toEqual([0, 37_813, 0, 750]);
  expect(rows[3]?.text).toBe('RCU 750');
});

test('the large number and the strip', () => {
  expect(killFigure(KILL, 'hog:2306', [37_301, 0, 0, 0])).toEqual({
    count: 38_051,
    noun: 'freeable inodes that no shrinker counted',
    texts: [
      'while the OOM killer looked at 0 pages of page cache and 1,960 free pages, and killed hog:2306.',
      'MemAvailable said 29 MB. One worker had 37,301 of them to do.',
    ],
  });
  const { queued, batch, rcu } = KILL.inodes;
  const inLog = { ...KILL, inodes: { ...KILL.inodes, queued: 0, batch: 0, rcu: 0, pinned: queued + batch + rcu } };
  expect(killFigure(inLog, 'hog', [0])).toMatchObject({
    count: 38_051,
    noun: 'freeable inodes that were pinned',
    texts: [
      'while the OOM killer looked at 0 pages of page cache and 1,960 free pages, and killed hog.',
      'MemAvailable said 29 MB. The log on disk did not have them yet, so reclaim passed them over.',
    ],
  });
  const onLru = { ...KILL, inodes: { ...KILL.inodes, lru: 40_000 } };
  expect(killFigure(onLru, 'hog', [37_301])).toMatchObject({
    count: 40_000,
    noun: 'freeable inodes that shrinkers counted',
    texts: [expect.anything(), 'MemAvailable said 29 MB. Nobody had freed them.'],
  });
  expect(memoryStrip(KILL)).toEqual({
    inodes: '38,563 inodes in the slabs',
    uncounted: '38,051 in no count',
    populations: 'on the LRU 0 · XFS 512 · in use 0 · in no count 38,051',
    marks: 'min 1,960 · low 2,484 · high 3,008',
  });
});
