/** Fitting: the sum of a kind's steps is what the trace shows, and what came in between is left out. */
import type { Latency } from '@dragon/engine';
import { expect, test } from 'vitest';
import { Calibration } from './calibration.ts';
import { feed } from './recorded-traces.fixture.io.ts';

/** Time in microseconds, as a line shows it. */
const at = (us: number) => `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;
const line = (us: number, task: string, event: string) => `  ${task}  [000] .....  ${at(us)}: ${event}`;
const WORKER = 'kworker/0:1-17';

/** Queues and inactivates `count` inodes, one after the other, with a service time each. */
function inactivations(
  service: (i: number) => number,
  iflags: string,
  between: (i: number) => string[] = () => [],
): string[] {
  let now = 1_000_000;
  return Array.from({ length: 60 }, (_, i) => {
    const ino = `dev 254:0 ino 0x${(0x820000 + i).toString(16)}`;
    now += 1_000;
    return [
      line(now, 'rm-280', `xfs_inode_set_need_inactive: ${ino} iflags ${iflags}`),
      line(now + 100, WORKER, `xfs_inode_inactivating: ${ino} iflags 0x2640`),
      ...between(i).map((event) => line(now + 101, 'rm-280', event)),
      line(now + 100 + service(i), WORKER, `xfs_inode_set_reclaimable: ${ino} iflags 0x2640`),
    ];
  }).flat();
}

function fitted(lines: readonly string[]) {
  const calibration = new Calibration();
  feed(lines, calibration);
  return calibration.result();
}

const ns = (latency: Latency | undefined) => (latency?.kind === 'fixed' ? latency.ns : Number.NaN);
const median = (latency: Latency | undefined) =>
  latency?.kind === 'quantiles' ? latency.points.find(([p]) => p === 0.5)?.[1] : undefined;

test('two transactions, truncate, ifree and two locks make an unlinked file', () => {
  const { delays } = fitted(inactivations((i) => (i % 10 === 0 ? 49 : 43), '0x40'));
  const sum = 2 * ns(delays['transAlloc']) + ns(delays['ifree']) + (median(delays['truncate']) ?? 0) + 8_000;
  expect(sum).toBe(43_000);
});

test('a preempted worker is no measure', () => {
  const mark = ['tracing_mark_write: in between'];
  const { fitted: costs } = fitted(
    inactivations(
      (i) => (i % 2 === 0 ? 9_000 : 43),
      '0x40',
      (i) => (i % 2 === 0 ? mark : []),
    ),
  );
  expect(costs.find(({ name }) => name === 'inactivate an unlinked file')).toMatchObject({ samples: 30, p99: 43_000 });
});

test('what only had delayed allocations is told from what had blocks by the gap between them', () => {
  const { fitted: costs } = fitted(inactivations((i) => (i % 3 === 0 ? 72 : 23), '0x240'));
  expect(costs).toEqual([
    {
      name: 'inactivate an unlinked file with post-EOF blocks',
      samples: 20,
      p50: 72_000,
      p90: 72_000,
      p99: 72_000,
      unit: 'ns',
    },
    {
      name: 'inactivate an unlinked file with delayed allocations only',
      samples: 40,
      p50: 23_000,
      p90: 23_000,
      p99: 23_000,
      unit: 'ns',
    },
  ]);
});

test.each([
  [100, 10_000_000],
  [250, 4_000_000],
  [300, 3_333_333],
  [1000, 1_000_000],
])('HZ=%i is read from the timers', (hz, jiffyNs) => {
  const lines = Array.from({ length: 50 }, (_, i) =>
    line(
      1_000_000 + Math.round((i * 1e6) / hz),
      '<idle>-0',
      `timer_expire_entry: timer=0 function=f now=${4_294_897_000 + i} baseclk=1`,
    ),
  );
  const { jiffyNs: found, delays } = fitted(lines);
  expect(found).toBe(jiffyNs);
  expect(delays['jiffy']).toEqual({ kind: 'ticks', period: jiffyNs, count: 1 });
  expect(delays['kswapdShortSleep']).toEqual({ kind: 'ticks', period: jiffyNs, count: hz / 10 });
});

test('of a trace that shows nothing, nothing is fitted', () => {
  expect(fitted([line(1, 'a-1', 'tracing_mark_write: x')])).toEqual({
    jiffyNs: null,
    delays: {},
    oneHostThread: false,
    fitted: [],
  });
});

test('a page of the LRU costs what it does in whole batches, without what comes between them', () => {
  const RECLAIMER = 'hog-9';
  const shrunk = (us: number, pages: number) =>
    line(us, RECLAIMER, `mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=${pages} nr_reclaimed=${pages} priority=12`);
  const slab = (us: number, rest: string) => line(us, RECLAIMER, `mm_shrink_slab_${rest}`);
  const shrinker = 'super_cache_scan+0x0/0x1f0 000000005e9b82ac: nid: 0';
  const calls = Array.from({ length: 30 }, (_, i) => {
    const begin = 1_000_000 + 1_000 * i;
    return [
      line(begin, RECLAIMER, 'mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_KERNEL'),
      shrunk(begin + 9, 1),
      slab(
        begin + 10,
        `start: ${shrinker} objects to shrink 0 gfp_flags GFP_KERNEL cache items 1 delta 1 total_scan 1 priority 12`,
      ),
      slab(begin + 30, `end: ${shrinker} unused scan count 0 new scan count 1 total_scan 1 last shrinker return val 0`),
      shrunk(begin + 62, 20),
      ...(i % 3 === 0 ? [line(begin + 63, WORKER, 'tracing_mark_write: in between')] : []),
      shrunk(begin + 162, i % 3 === 0 ? 32 : 1),
      line(begin + 163, RECLAIMER, 'mm_vmscan_direct_reclaim_end: nr_reclaimed=22'),
    ];
  });
  expect(fitted(calls.flat()).delays['scanLruPage']).toMatchObject({ points: { 0: [0, 1_600], 7: [1, 1_600] } });
});
