/** Allocation, reclaim, kswapd's wake-up and the throttle of direct reclaim: kernel reference 3.1 to 3.4. */
import { expect, test } from 'vitest';
import { KERNEL, MemoryNode, NOFS } from './memory-node.fixture.ts';

test('each path grants down to its mark: LOW, MIN, half of MIN for an OOM victim, nothing for PF_MEMALLOC', () => {
  const node = new MemoryNode({ free: 1_500 });
  expect(node.allocate('hog/0', 1_000, 'fast')).toBe(1_500 - 1_286);
  expect(node.allocate('hog/0', 1_000, 'slow')).toBe(1_286 - 1_024);
  expect(node.allocate('hog/0', 1_000, 'last-try')).toBe(0);
  expect(node.allocate('hog/0', 1_000, 'slow', { ...KERNEL, victim: true })).toBe(512);
  expect(node.allocate('kswapd/0', 1_000, 'slow', { ...KERNEL, memalloc: true })).toBe(512);
  expect(node.state.freePages).toBe(0);
});

test('the last try leaves HIGH', () => {
  const node = new MemoryNode({ free: 1_560 });
  expect(node.allocate('hog/0', 40, 'last-try')).toBe(12);
});

const wakes = (sends: readonly string[]): boolean => sends.includes('kswapd/0 kswapd.wake');
const ask = (pages: number, path: 'fast' | 'slow') =>
  ({ type: 'memory.allocate', pages, use: 'anon', gfp: KERNEL, path }) as const;

test('the slow path wakes kswapd, unless the node is balanced, kswapd is awake, or it has given up', () => {
  const node = new MemoryNode({ free: 1_549 });
  expect(wakes(node.sends('hog/0', ask(1, 'fast')))).toBe(false);
  expect(wakes(node.sends('hog/0', ask(0, 'slow')))).toBe(false);
  expect(wakes(node.sends('hog/0', ask(1, 'slow')))).toBe(true);
  expect(node.hits).toContainEqual({
    event: 'mm_vmscan_wakeup_kswapd',
    fields: { nid: 0, task: 'hog/0' },
  });
  expect(wakes(node.sends('hog/0', ask(1, 'slow')))).toBe(false);

  const balanced = new MemoryNode({ free: 1_600 });
  expect(wakes(balanced.sends('hog/0', ask(1, 'slow')))).toBe(false);
  const hopeless = new MemoryNode({ free: 1_300, kswapdFailures: 16 });
  expect(wakes(hopeless.sends('hog/0', ask(1, 'slow')))).toBe(false);
});

test('a wake-up that kswapd missed on its way to sleep reaches it there', () => {
  const node = new MemoryNode({ free: 1_400 });
  node.say('hog/0', ask(1, 'slow'));
  node.say('kswapd/0', { type: 'memory.readBalance' });
  node.say('hog/0', ask(1, 'slow'));
  expect(node.sends('kswapd/0', { type: 'memory.kswapdWaits', waits: true })).toEqual(['kswapd/0 kswapd.wake']);
  expect(node.sends('kswapd/0', { type: 'memory.kswapdWaits', waits: true })).toEqual([]);
});

test('16 passes in vain make the node hopeless, and a page reclaimed by anybody hopeful again', () => {
  const node = new MemoryNode({ free: 1_100, lruFile: 5_000, kswapdFailures: 15 });
  const balance = () => node.say('kswapd/0', { type: 'memory.readBalance' })[0]?.message;
  expect(balance()).toMatchObject({ balanced: false, hopeless: false, highWmark: 1_548 });
  node.say('kswapd/0', { type: 'memory.kswapdFailed' });
  expect(balance()).toMatchObject({ balanced: false, hopeless: true });
  node.say('hog/0', { type: 'memory.slabReclaimed', pages: 0 });
  expect(balance()).toMatchObject({ hopeless: true });
  node.say('hog/0', { type: 'memory.slabReclaimed', pages: 1 });
  expect(balance()).toMatchObject({ hopeless: false });

  const lru = new MemoryNode({ free: 1_100, lruFile: 5_000, kswapdFailures: 16 });
  lru.say('hog/0', { type: 'memory.shrinkLruvec', priority: 12, nrToReclaim: 32 });
  expect(lru.state).toMatchObject({ kswapdFailures: 0, freePages: 1_101 });
});

test('the inode cache is told of page cache of closed files that is gone, and of nothing else', () => {
  const node = new MemoryNode({ free: 1_100, cachedFile: 20, lruFile: 100 });
  const shrink = { type: 'memory.shrinkLruvec', priority: 0, nrToReclaim: 32 } as const;
  const [reply, told] = node.say('hog/0', shrink);
  expect(reply).toEqual({ to: 'hog/0', message: { type: 'task.lruShrunk', scanned: 32, reclaimed: 32, left: 88 } });
  expect(told).toEqual({ to: 'inode-cache', message: { type: 'inodeCache.pageCacheReclaimed', pages: 20 } });
  expect(node.say('hog/0', shrink)).toHaveLength(1);

  const alone = new MemoryNode({ free: 1_100, cachedFile: 20, inodeCache: false });
  expect(alone.say('hog/0', shrink)).toHaveLength(1);
});

test('should_reclaim_retry is told of file pages and free pages, never of slab', () => {
  const numbers = (node: MemoryNode) =>
    node.say('hog/0', { type: 'memory.allocate', pages: 0, use: 'anon', gfp: KERNEL, path: 'slow' })[0]?.message;
  expect(numbers(new MemoryNode({ free: 1_000, lruFile: 70, cachedFile: 7, slab: 50_000 }))).toEqual({
    type: 'task.pagesAllocated',
    granted: 0,
    free: 1_000,
    reclaimable: 77,
    minWmark: 1_024,
  });
  expect(numbers(new MemoryNode({ free: 1_000, slab: 50_000 }))).toMatchObject({ reclaimable: 1_000 });
  const aware = new MemoryNode({ free: 1_000, lruFile: 70 });
  aware.say('inodegc/0', { type: 'memory.inodesInactivated', freeable: 300 });
  aware.say('inodegc/1', { type: 'memory.inodesInactivated', freeable: 20 });
  aware.say('inodegc/0', { type: 'memory.inodesInactivated', freeable: 200 });
  expect(numbers(aware)).toMatchObject({ reclaimable: 290 });
});

const throttled = (gfpFs = true) => ({ type: 'memory.throttleDirectReclaim', gfpFs }) as const;

test('direct reclaim is throttled at half of MIN, GFP_FS and NOFS alike, and kswapd is woken', () => {
  expect(new MemoryNode({ free: 513 }).sends('hog/0', throttled())).toEqual(['hog/0 task.directReclaimAllowed']);
  const node = new MemoryNode({ free: 512 });
  expect(node.sends('hog/0', throttled())).toEqual(['hog/0 task.pfmemallocWaits', 'kswapd/0 kswapd.wake']);
  expect(node.sends('stream/0', throttled(false))).toEqual(['stream/0 task.pfmemallocWaits']);
  expect(node.state.resources).toEqual([
    { resource: 'pfmemalloc_wait[0]', holders: [['kswapd/0']], waiters: [[{ task: 'hog/0' }, { task: 'stream/0' }]] },
  ]);
});

test('a hopeless node throttles nobody, nor does one without a page to reclaim', () => {
  const hopeless = new MemoryNode({ free: 100, kswapdFailures: 16 });
  expect(hopeless.sends('hog/0', throttled())).toEqual(['hog/0 task.directReclaimAllowed']);
  const empty = new MemoryNode({ free: 0 });
  expect(empty.sends('hog/0', throttled())).toEqual(['hog/0 task.directReclaimAllowed']);
});

test('only kswapd wakes them, when enough is free; memory that comes free does not', () => {
  const node = new MemoryNode({ free: 500, anon: { 'other/0': 500 } });
  node.say('hog/0', throttled());
  node.say('stream/0', throttled(false));
  expect(node.sends('kswapd/0', { type: 'memory.wakePfmemalloc' })).toEqual([]);
  expect(node.sends('other/0', { type: 'memory.free', pages: 500, use: 'anon' })).toEqual([]);
  node.say('stream/0', { type: 'memory.abandonThrottle' });
  expect(node.sends('kswapd/0', { type: 'memory.wakePfmemalloc' })).toEqual(['hog/0 task.directReclaimAllowed']);
  expect(node.state.resources).toEqual([]);
});

test('kswapd does not go to sleep over those who wait for it still', () => {
  const node = new MemoryNode({ free: 500 });
  node.say('hog/0', throttled());
  expect(node.sends('kswapd/0', { type: 'memory.kswapdWaits', waits: true })).toEqual(['kswapd/0 kswapd.wake']);
});

test('a file gives back what is still cached; what was reclaimed meanwhile counts as given back, once', () => {
  const node = new MemoryNode({ free: 5_000 });
  node.allocate('stream/0', 100, 'slow', NOFS, 'file');
  node.say('kswapd/0', { type: 'memory.shrinkLruvec', priority: 1, nrToReclaim: 32 });
  expect(node.say('stream/0', { type: 'memory.countFilePages' })[0]?.message).toMatchObject({ pages: 68 });
  node.say('stream/0', { type: 'memory.free', pages: 40, use: 'file' });
  expect(node.state).toMatchObject({ freePages: 4_940, lru: { inactive: { pages: 60 } } });
  node.say('stream/0', { type: 'memory.free', pages: 60, use: 'file' });
  expect(node.state).toMatchObject({ freePages: 5_000, takenBack: [] });
  expect(() => node.say('stream/0', { type: 'memory.free', pages: 1, use: 'file' })).toThrow(
    '1 pages of stream/0 file are freed twice',
  );
});

test('a double free is an error', () => {
  const node = new MemoryNode({ free: 5_000, slab: 10 });
  node.allocate('hog/0', 10);
  node.say('hog/0', { type: 'memory.free', pages: 10, use: 'anon' });
  expect(() => node.say('hog/0', { type: 'memory.free', pages: 1, use: 'anon' })).toThrow('freed twice');
  expect(() => node.say('inode-cache', { type: 'memory.free', pages: 11, use: 'slab' })).toThrow('cannot be');
  expect(() => node.say('inode-cache', { type: 'memory.free', pages: 1, use: 'cached-file' })).toThrow('freed twice');
});

test('the probe node_watermark is hit when free memory moves into another band, with what monitoring would show', () => {
  const node = new MemoryNode({ free: 1_600, slab: 20_000 });
  const level = (pages: number) => {
    node.allocate('hog/0', pages);
    return node.hits.filter((hit) => hit.event === 'node_watermark').map((hit) => hit.fields);
  };
  expect(level(52)).toEqual([]);
  expect(level(1)).toEqual([{ nid: 0, level: 'high', free: 1_547, memAvailable: 20_000 - 1_286 - 1 }]);
  expect(level(261)).toEqual([]);
  expect(level(1)).toMatchObject([{ level: 'low', free: 1_285 }]);
  expect(node.state.memAvailable).toBe(18_714 - 263);
});

test('a smaller geometry gives the node up after fewer passes in vain, and counts no further', () => {
  const node = new MemoryNode({ free: 1_300, geometry: { maxReclaimRetries: 2 } });
  const hopeless = (): unknown => node.say('kswapd/0', { type: 'memory.readBalance' })[0]?.message;
  node.say('kswapd/0', { type: 'memory.kswapdFailed' });
  expect(hopeless()).toMatchObject({ hopeless: false });
  for (let pass = 0; pass < 3; pass += 1) node.say('kswapd/0', { type: 'memory.kswapdFailed' });
  expect(hopeless()).toMatchObject({ hopeless: true });
  expect(node.state.kswapdFailures).toBe(2);
});
