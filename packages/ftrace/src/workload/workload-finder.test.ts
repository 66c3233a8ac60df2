/** What of its machine and its workload can be read off a trace. */
import { expect, test } from 'vitest';
import { kernelEvent } from './kernel-event.ts';
import { type FoundWorkload, WorkloadFinder } from './workload-finder.ts';

type Told = readonly [event: string, fields?: { readonly [field: string]: number | string }, comm?: string];

/** Each event is 10 ns after the one before, on the CPU that its fields name. */
function found(...events: readonly Told[]): FoundWorkload {
  const finder = new WorkloadFinder();
  events.forEach(([event, { cpu = 0, ...fields } = {}, comm = 'rm'], i) => {
    const place = { line: i + 1, at: 100 + 10 * i, cpu: Number(cpu), comm, pid: 1, flags: '.....' };
    finder.event(kernelEvent(place, event, fields));
  });
  return finder.result();
}

const scan = (cacheItems: number, priority = 12): Told => [
  'mm_shrink_slab_start',
  { shrink: 'super_cache_scan', priority, cacheItems },
];

test('an empty trace is of one CPU', () => {
  const nothing = { cacheItems: undefined, minWmark: undefined, kswapdWokenAt: undefined };
  expect(found()).toEqual({ cpus: 1, firstAt: 0, lastAt: 0, marks: [], queuedBy: {}, reclaimableThen: 0, ...nothing });
});

test('CPUs, times, marks, who queued how much, when kswapd was first woken and how low the mark was', () => {
  const all = found(
    ['tracing_mark_write', { text: 'begin' }],
    ['xfs_inode_set_need_inactive', { cpu: 2 }],
    ['xfs_inode_set_need_inactive', {}, 'churn'],
    ['mm_vmscan_kswapd_wake'],
    ['mm_vmscan_kswapd_wake'],
    ['xfs_inode_set_need_inactive'],
    ['reclaim_retry_zone', { minWmark: 12_642 }],
    ['reclaim_retry_zone', { minWmark: 11_106 }],
    ['reclaim_retry_zone', { minWmark: 11_618 }],
    ['tracing_mark_write', { text: 'end' }],
  );
  expect(all).toMatchObject({ cpus: 3, firstAt: 100, lastAt: 190, minWmark: 11_106, kswapdWokenAt: 130 });
  expect(all.queuedBy).toEqual({ rm: 2, churn: 1 });
  expect(all.marks).toEqual([
    { at: 100, text: 'begin' },
    { at: 190, text: 'end' },
  ]);
});

test('the largest superblock when it was first counted, and what had become reclaimable by then', () => {
  const reclaimable: Told = ['xfs_inode_set_reclaimable'];
  const first = found(reclaimable, reclaimable, ['xfs_inode_reclaiming'], scan(40_000), reclaimable, scan(50_000));
  expect(first).toMatchObject({ cacheItems: 40_000, reclaimableThen: 1 });
  expect(found(scan(80), reclaimable, scan(40_000))).toMatchObject({ cacheItems: 40_000, reclaimableThen: 1 });
  expect(found(scan(80), scan(700))).toMatchObject({ cacheItems: 80 });
});

test('counts of other shrinkers, and of a walk that goes on, are not it', () => {
  const other: Told = ['mm_shrink_slab_start', { shrink: 'xfs_inodegc_shrinker_scan', priority: 12, cacheItems: 9 }];
  expect(found(other, scan(40_000, 11)).cacheItems).toBeUndefined();
});
