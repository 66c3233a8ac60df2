/** What of its machine and its workload can be read off a trace. */
import { expect, test } from 'vitest';
import { kernelEvent } from '../kernel-event.ts';
import type { RecordedFacts } from '@dragon/kernel';
import { WorkloadFinder } from './workload-finder.ts';

type Told = readonly [event: string, fields?: { readonly [field: string]: number | string }, comm?: string];

/** Each event is 10 us after the one before, on the CPU and of the task that its fields name. */
function found(...events: readonly Told[]): RecordedFacts {
  const finder = new WorkloadFinder();
  events.forEach(([event, { cpu = 0, pid = 1, later = 0, ...fields } = {}, comm = 'rm'], i) => {
    const at = 10_000 * (i + 1) + Number(later);
    const place = { line: i + 1, at, cpu: Number(cpu), comm, pid: Number(pid), flags: '.....' };
    finder.event(kernelEvent(place, event, fields));
  });
  return finder.result();
}

const queue = (ino: number, iflags = 0x40, more = {}, comm = 'rm'): Told => [
  'xfs_inode_set_need_inactive',
  { dev: '254:0', ino, iflags, ...more },
  comm,
];
const scan = (cacheItems: number, priority = 12): Told => [
  'mm_shrink_slab_start',
  { shrink: 'super_cache_scan', priority, cacheItems },
];
const inReclaim = (told: Told, comm: string): Told[] => [
  ['mm_vmscan_direct_reclaim_begin', { pid: 9, gfpFlags: 'GFP_HIGHUSER_MOVABLE|__GFP_ZERO' }, comm],
  [told[0], { ...told[1], pid: 9 }, comm],
  ['mm_vmscan_direct_reclaim_end', { pid: 9, nrReclaimed: 32 }, comm],
];

test('an empty trace is of one CPU, and nobody did anything', () => {
  expect(found()).toMatchObject({ cpus: 1, firstAt: 0, lastAt: 0, marks: [], removals: [], cacheDrops: [] });
});

test('CPUs, times, marks, when kswapd was first woken, how low the mark was, what was free', () => {
  const zone = (minWmark: number, available: number): Told => [
    'reclaim_retry_zone',
    { minWmark, available, reclaimable: 1_000 },
  ];
  const all = found(
    ['tracing_mark_write', { text: 'begin' }],
    queue(1, 0x40, { cpu: 2 }),
    ['mm_vmscan_kswapd_wake', {}, 'kswapd0'],
    ['mm_vmscan_kswapd_wake', {}, 'kswapd0'],
    zone(12_642, 9_000),
    zone(11_106, 15_000),
  );
  expect(all).toMatchObject({ cpus: 3, firstAt: 10_000, lastAt: 60_000, marks: [{ at: 10_000, text: 'begin' }] });
  expect(all.demand).toMatchObject({ minWmark: 11_106, lastFree: 14_000, leastCache: 1_000, kswapdWokenAt: 30_000 });
});

test('who removes what: by task and without long pauses, not what kernel threads and reclaim evict', () => {
  const all = found(
    queue(2 ** 22 + 5),
    queue(2 ** 22 + 6, 0),
    queue(7, 0x240),
    queue(8, 0x40, { pid: 5 }, 'unlink'),
    ...inReclaim(queue(9), 'hog'),
    queue(10, 0x240, { pid: 39 }, 'kswapd0'),
    queue(11, 0x40, { later: 5_000_000_000 }),
  );
  expect(all.removals.map(({ comm, files, empty, tagged }) => [comm, files, empty, tagged])).toEqual([
    ['rm', 3, 1, 1],
    ['unlink', 1, 0, 0],
    ['rm', 1, 0, 0],
  ]);
  expect(all.removals[0]).toMatchObject({
    groups: [
      { group: 1, files: 2 },
      { group: 0, files: 1 },
    ],
    from: 10_000,
    to: 30_000,
    again: 0,
  });
  expect(all.demand).toMatchObject({ evicted: 2, reclaimers: [{ comm: 'hog', anonymous: 1, pages: 32 }] });
});

test('how far apart files are is without the time that others have the CPU, and without waits', () => {
  const other = (later = 0): Told => ['xfs_inode_inactivating', { dev: '254:0', ino: 1, pid: 7, later }, 'kworker/0:1'];
  const { removals } = found(queue(1), other(), other(), other(), queue(2), ['xfs_inodegc_throttle', {}], queue(3));
  // Four steps of 10 us, of which two are between events of the worker alone.
  expect(removals[0]?.apart[0]).toEqual([0, 20_000]);
  expect(removals[0]?.apart.at(-1)).toEqual([1, 20_000]);
});

test('numbers that are removed again: the task makes the files itself', () => {
  const { removals } = found(...Array.from({ length: 60 }, (_, i) => queue(i % 20, 0x240, {}, 'churn')));
  expect(removals).toMatchObject([{ comm: 'churn', files: 60, again: 40, between: 20 }]);
});

test('a kernel that names no inode still tells who queues how many', () => {
  const bare: Told = ['xfs_inodegc_queue', { dev: '8:1' }];
  expect(found(bare, bare).removals).toMatchObject([{ comm: 'rm', files: 2, groups: [] }]);
  expect(found(queue(1), bare, queue(2), bare).removals).toMatchObject([{ files: 2 }]);
});

test('the largest superblock when it was first counted, and what had become reclaimable by then', () => {
  const reclaimable: Told = ['xfs_inode_set_reclaimable'];
  const first = found(reclaimable, reclaimable, ['xfs_inode_reclaiming'], scan(40_000), reclaimable, scan(50_000));
  expect(first.demand).toMatchObject({ cacheItems: 40_000, reclaimableThen: 1 });
  expect(found(scan(80), reclaimable, scan(40_000)).demand).toMatchObject({ cacheItems: 40_000, reclaimableThen: 1 });
  expect(found(scan(80), scan(700)).demand.cacheItems).toBe(80);
  const other: Told = ['mm_shrink_slab_start', { shrink: 'xfs_inodegc_shrinker_scan', priority: 12, cacheItems: 9 }];
  expect(found(other).demand.cacheItems).toBeUndefined();
});

test('what memory is wanted for is in the flags of the allocation', () => {
  const begin = (gfpFlags: string): Told => ['mm_vmscan_direct_reclaim_begin', { gfpFlags }];
  const all = found(
    begin('GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO'),
    begin('GFP_NOFS|__GFP_HIGHMEM|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE|__GFP_WRITE'),
    begin('GFP_NOFS|__GFP_HIGHMEM|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE'),
    begin('GFP_KERNEL_ACCOUNT|__GFP_ZERO'),
    ['mm_vmscan_direct_reclaim_begin'],
  );
  expect(all.demand.reclaimers).toMatchObject([{ anonymous: 1, written: 1, read: 1, other: 2, kernelThread: false }]);
});

test('drop_caches is at priority 0 from its first walk on; a task that comes down to it reclaims', () => {
  const walk = (priority: number, comm: string, pid: number): Told => [
    'mm_shrink_slab_start',
    { shrink: 'super_cache_scan', priority, cacheItems: 9, pid },
    comm,
  ];
  const { cacheDrops } = found(walk(0, 'sh', 4), walk(0, 'sh', 4), walk(1, 'hog', 5), walk(0, 'hog', 5));
  expect(cacheDrops).toEqual([{ comm: 'sh', pid: 4, cpu: 0, at: 10_000 }]);
});

test('freezes, statfs and umount', () => {
  const { stops, starts, pushes, flushes } = found(
    ['xfs_inodegc_stop', {}, 'fsfreeze'],
    ['xfs_inodegc_start', {}, 'fsfreeze'],
    ['xfs_inodegc_push', {}, 'df'],
    ['xfs_inodegc_flush', {}, 'umount'],
  );
  expect([stops, starts, pushes, flushes].map((deeds) => deeds.map(({ comm }) => comm))).toEqual([
    ['fsfreeze'],
    ['fsfreeze'],
    ['df'],
    ['umount'],
  ]);
});

test('who frees inodes after it has stopped inactivation unmounts', () => {
  const by = (event: string, comm: string, pid: number): Told => [event, { ino: '0x80', pid }, comm];
  const { unmounts } = found(
    by('xfs_inodegc_stop', 'fsfreeze', 4),
    by('xfs_inode_reclaiming', 'kswapd0', 5),
    by('xfs_inodegc_stop', 'umount', 6),
    by('xfs_inode_reclaiming', 'umount', 6),
    by('xfs_inode_reclaiming', 'umount', 6),
  );
  expect(unmounts.map(({ comm }) => comm)).toEqual(['umount']);
});
