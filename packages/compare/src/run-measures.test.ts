/**
 * What the accumulator makes of tracepoints: each measure from the hits that define it, and what an unfinished wait
 * counts.
 */
import type { TraceHit } from '@dragon/engine';
import type { TracepointFields, TracepointName } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { MeasureHistogram } from './measure-histogram.ts';
import { type RunMeasures, RunMeter } from './run-measures.ts';

/** A hit with the fields that matter to the test. */
type Hit = {
  [Name in TracepointName]: readonly [at: number, agent: string, event: Name, fields?: Partial<TracepointFields[Name]>];
}[TracepointName];

function measure(hits: readonly Hit[], endedAt = 10_000, deadlockAt?: number): RunMeasures {
  const meter = new RunMeter();
  for (const [at, agent, event, fields = {}] of hits)
    meter.hit({ at, agent, event, fields: fields as TraceHit['fields'] });
  const deadlock = deadlockAt === undefined ? undefined : { at: deadlockAt, cycle: [] };
  return meter.finish({ endedAt, events: 7, digest: 'd' }, { deadlock });
}

const lengths = (...samples: number[]) => MeasureHistogram.of(samples).data();

test('a run in which nothing happens', () => {
  expect(measure([])).toEqual({
    deadlockAt: null,
    oom: null,
    kswapdStalls: { samples: { counts: [], min: 0, max: 0 }, unfinished: 0 },
    allocStalls: { samples: { counts: [], min: 0, max: 0 }, unfinished: 0 },
    waits: {},
    pressure: null,
    inactivated: null,
    boot: { kill: null, kswapdCpuChanges: 0, kswapdQueued: 0, touched: {} },
    endedAt: 10_000,
    events: 7,
    digest: 'd',
  });
});

test('kswapd stalls in prune_icache_sb, and in flushes outside of it; what others do is not its stall', () => {
  const { kswapdStalls } = measure([
    [100, 'kswapd/0', 'prune_icache_begin'],
    [110, 'kswapd/0', 'flush_begin', { cpu: 1 }],
    [150, 'kswapd/0', 'flush_end', { cpu: 1 }],
    [200, 'kswapd/0', 'prune_icache_end', { freed: 3 }],
    [300, 'kswapd/0', 'flush_begin', { cpu: 1 }],
    [330, 'kswapd/0', 'flush_end', { cpu: 1 }],
    [400, 'allocator/0', 'prune_icache_begin'],
    [900, 'allocator/0', 'prune_icache_end'],
    [910, 'kswapd/0', 'prune_icache_end'],
  ]);
  expect(kswapdStalls).toEqual({ samples: lengths(100, 30), unfinished: 0 });
});

test('who waits beside reclaim is told apart by what it does', () => {
  const { waits } = measure([
    [100, 'statfs/0', 'syscall_begin', { call: 'statfs' }],
    [110, 'statfs/1', 'syscall_begin', { call: 'statfs' }],
    [150, 'statfs/0', 'syscall_end', { call: 'statfs' }],
    [200, 'unlinker/0', 'flush_begin', { cpu: 0 }],
    [230, 'unlinker/0', 'flush_end', { cpu: 0 }],
    [300, 'closer/3', 'flush_begin', { cpu: 0 }],
    [301, 'allocator/0', 'flush_begin', { cpu: 0 }],
  ]);
  expect(waits).toEqual({
    unlink: { samples: lengths(30), unfinished: 0 },
    close: { samples: lengths(9_700), unfinished: 1 },
    statfs: { samples: lengths(50, 9_890), unfinished: 1 },
  });
});

test('two nodes have two kswapds', () => {
  const { kswapdStalls } = measure([
    [10, 'kswapd/0', 'prune_icache_begin'],
    [20, 'kswapd/1', 'prune_icache_begin'],
    [50, 'kswapd/0', 'prune_icache_end'],
    [90, 'kswapd/1', 'prune_icache_end'],
  ]);
  expect(kswapdStalls.samples).toEqual(lengths(40, 70));
});

test('what the end of the run cuts off counts with its age', () => {
  const { kswapdStalls, allocStalls, deadlockAt } = measure(
    [
      [1_000, 'kswapd/0', 'prune_icache_begin'],
      [1_500, 'memory/0', 'alloc_stall_begin', { task: 'allocator/0' }],
      [1_600, 'memory/0', 'alloc_stall_begin', { task: 'allocator/1' }],
      [1_700, 'memory/0', 'alloc_stall_end', { task: 'allocator/0' }],
    ],
    9_000,
    1_200,
  );
  expect(kswapdStalls).toEqual({ samples: lengths(8_000), unfinished: 1 });
  expect(allocStalls).toEqual({ samples: lengths(200, 7_400), unfinished: 1 });
  expect(deadlockAt).toBe(1_200);
});

test('the first kill is the one whose census counts', () => {
  const { oom } = measure([
    [500, 'inode-cache', 'inode_census', { live: 1, lru: 10, freeing: 200, rcu: 30 }],
    [500, 'memory/0', 'mark_victim', { task: 'allocator/0', pages: 9 }],
    [800, 'inode-cache', 'inode_census', { freeing: 5, rcu: 5 }],
    [800, 'memory/0', 'mark_victim', { task: 'allocator/1', pages: 9 }],
  ]);
  expect(oom).toEqual({
    kills: 2,
    firstAt: 500,
    unaccounted: 230,
    census: { live: 1, lru: 10, freeing: 200, rcu: 30 },
  });
});

test('a kill without a census is known as one', () => {
  expect(measure([[5, 'memory/0', 'mark_victim']]).oom).toMatchObject({ kills: 1, unaccounted: null, census: null });
});

test('memory is back when it is above low for good', () => {
  const levels = (...list: [number, TracepointFields['node_watermark']['level'], number?][]) =>
    measure(list.map(([at, level, nid = 0]) => [at, 'memory/0', 'node_watermark', { nid, level, free: 1 }])).pressure;
  expect(levels([10, 'ok'], [20, 'high'])).toBeNull();
  expect(
    levels([100, 'high'], [200, 'low'], [250, 'high'], [300, 'min'], [400, 'low'], [700, 'high'], [800, 'ok']),
  ).toEqual({
    from: 200,
    recoveredNs: 500,
  });
  expect(levels([200, 'low'], [300, 'ok'], [400, 'min'])).toEqual({ from: 200, recoveredNs: null });
  expect(levels([200, 'low'], [300, 'low', 1], [400, 'ok'], [600, 'high', 1])).toEqual({ from: 200, recoveredNs: 400 });
});

test('inodes are inactivated that were taken up before they became reclaimable', () => {
  const { inactivated } = measure([
    [100, 'inodegc/0', 'xfs_inode_set_need_inactive', { ino: 64, count: 32 }],
    [150, 'inode-cache', 'xfs_inode_set_reclaimable', { ino: 500, count: 64 }],
    [200, 'inodegc/0', 'xfs_inode_inactivating', { ino: 95 }],
    [210, 'inodegc/1', 'xfs_inode_inactivating', { ino: 40 }],
    [250, 'inodegc/0', 'xfs_inode_set_reclaimable', { ino: 95, count: 1 }],
    [400, 'inodegc/1', 'xfs_inode_set_reclaimable', { ino: 40, count: 1 }],
    [500, 'inodegc/1', 'xfs_inode_inactivating', { ino: 41 }],
    [600, 'inode-cache', 'xfs_inode_set_reclaimable', { ino: 500, count: 64 }],
  ]);
  expect(inactivated).toEqual({ inodes: 2, spanNs: 300 });
});

test('a run of inodes may be done in parts, from either end', () => {
  const { inactivated } = measure([
    [100, 'kswapd/0', 'xfs_inode_inactivating', { ino: 100, count: 10 }],
    [200, 'kswapd/0', 'xfs_inode_set_reclaimable', { ino: 108, count: 2 }],
    [300, 'kswapd/0', 'xfs_inode_set_reclaimable', { ino: 100, count: 3 }],
    [400, 'kswapd/0', 'xfs_inode_set_reclaimable', { ino: 103, count: 5 }],
  ]);
  expect(inactivated).toEqual({ inodes: 10, spanNs: 300 });
});
