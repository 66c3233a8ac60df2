/**
 * The ten facts that were derived from the traces of a real kernel (traces/README.md), as our own runs of the recorded
 * workloads show them.
 */
import { LocalRun, MILLISECOND, SECOND } from '@dragon/engine';
import { parsePolicy, profileNamed } from '@dragon/kernel';
import { type KernelEvent, SimulatedTrace, StatisticsAccumulator, type TraceStatistics } from '@dragon/ftrace';
import { WaitForGraph } from '@dragon/report';
import { DEFINITIONS, planScenario, scenarioNamed } from '@dragon/scenarios';
import { beforeAll, describe, expect, test } from 'vitest';

interface Recorded {
  readonly events: readonly KernelEvent[];
  readonly statistics: TraceStatistics;
}

/** Runs a scenario on one CPU, as recorded, and keeps the tracepoints that it hit. */
function record(name: string, untilSeconds: number): Recorded {
  const plan = planScenario(scenarioNamed(name), {
    policy: parsePolicy('', profileNamed('v6.1').policy),
    release: '6.1',
    cpus: 1,
    seed: 1,
    until: untilSeconds * SECOND,
    keepGoing: true,
  });
  const events: KernelEvent[] = [];
  const statistics = new StatisticsAccumulator();
  const keep = { event: (event: KernelEvent) => events.push(event), gap: () => {} };
  const trace = new SimulatedTrace(plan, [statistics, keep]);
  const run = new LocalRun(plan, DEFINITIONS, { finders: [new WaitForGraph()], onTrace: trace.hit });
  while (run.advance(100_000));
  return { events, statistics: statistics.result() };
}

/** Sizes of the batches that began in [from, to), in milliseconds. */
function batches({ events }: Recorded, fromMs: number, toMs: number): number[] {
  return events.flatMap(({ event, at, fields }) =>
    event === 'xfs_inodegc_worker' && at >= fromMs * MILLISECOND && at < toMs * MILLISECOND
      ? [Number(fields.items)]
      : [],
  );
}

function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

describe('unlink-storm', () => {
  let storm: Recorded;
  beforeAll(() => {
    storm = record('unlink-storm', 6);
  }, 120_000);

  test('1. one unlinker: the work starts at the 34th inode, and a batch is taken newest first', () => {
    const alone = batches(storm, 0, 790);
    expect(alone.length).toBeGreaterThan(140);
    expect(alone.slice(0, -1).every((size) => size === 34)).toBe(true);
    const first = storm.events.findIndex(({ event }) => event === 'xfs_inode_inactivating');
    const taken = storm.events
      .slice(first)
      .filter((each) => each.event === 'xfs_inode_inactivating')
      .slice(0, 34)
      .map(({ fields }) => Number(fields.ino));
    expect(taken).toEqual(Array.from({ length: 34 }, (_, i) => (taken[0] ?? 0) - i));
  });

  test('2. the timer of one jiffy fires after one to two, and never if it is armed anew all the time', () => {
    // 10 ms apart: a batch for each inode. 1 ms apart: the 34th starts the work, as the timer never fires.
    const slow = batches(storm, 2_400, 4_000);
    expect(slow.filter((size) => size === 1).length).toBeGreaterThan(0.9 * slow.length);
    const slower = batches(storm, 4_100, 4_400);
    expect(slower.slice(0, 3)).toEqual([34, 34, 34]);
    const waits = storm.events.flatMap((event, i) => {
      if (event.event !== 'xfs_inodegc_queue' || event.at < 2_400 * MILLISECOND || event.at > 4_000 * MILLISECOND)
        return [];
      const start = storm.events.slice(i).find((later) => later.event === 'workqueue_execute_start');
      return start === undefined ? [] : [(start.at - event.at) / MILLISECOND];
    });
    expect(quantile(waits, 0.01)).toBeGreaterThanOrEqual(4);
    expect(quantile(waits, 0.98)).toBeLessThanOrEqual(8.1);
  });

  test('3. an unlinked file takes 43 us alone, and 13 us more for each neighbour on its list', () => {
    const { service } = storm.statistics.inodes;
    expect(service?.p50).toBeGreaterThan(38_000);
    expect(service?.p50).toBeLessThan(62_000);
    expect(service?.p90).toBeLessThan(85_000);
  });

  test('4. the kworker preempts the one that queues, within microseconds', () => {
    const firstStart = storm.events.find(({ event }) => event === 'workqueue_execute_start')?.at ?? 0;
    const queued = storm.events.filter(({ event, at }) => event === 'xfs_inodegc_queue' && at < firstStart);
    expect(queued).toHaveLength(34);
    expect(firstStart - (queued.at(-1)?.at ?? 0)).toBeLessThan(10_000);
  });

  test('5. with two unlinkers most throttled flushes return with nothing inactivated, and the limit does not hold', () => {
    const { throttles, zeroProgress } = storm.statistics.throttling;
    expect(throttles).toBeGreaterThan(500);
    expect(zeroProgress / throttles).toBeGreaterThan(0.8);
    expect(storm.statistics.inodes.maxBacklog[0]?.items).toBeGreaterThan(300);
  });

  test('9. latency of one unlinker, and of two', () => {
    const group = (comm: string) => storm.statistics.inodes.groups.find((each) => each.comm === comm)?.latency;
    // The trace: p50 1.6 ms, p99 3.5 ms; and 38 ms, 72 ms.
    expect((group('rm')?.p50 ?? 0) / MILLISECOND).toBeCloseTo(1.6, 0);
    expect((group('rm')?.p99 ?? 0) / MILLISECOND).toBeLessThan(7);
    expect((group('unlink')?.p50 ?? 0) / MILLISECOND).toBeGreaterThan(38 / 1.5);
    expect((group('unlink')?.p50 ?? 0) / MILLISECOND).toBeLessThan(38 * 1.5);
  });

  test('10. batches are run by the kworker of the CPU', () => {
    const runners = storm.events.filter(({ event }) => event === 'xfs_inode_inactivating').map(({ comm }) => comm);
    expect(new Set(runners)).toEqual(new Set(['kworker/0:1']));
  });
});

describe('pressure', () => {
  let pressed: Recorded;
  beforeAll(() => {
    pressed = record('pressure', 11);
  }, 240_000);

  test('5. backlogs reach hundreds and more although the limit is 256', () => {
    const { throttles, zeroProgress } = pressed.statistics.throttling;
    expect(throttles).toBeGreaterThan(3_000);
    expect(zeroProgress / throttles).toBeGreaterThan(0.8);
    expect(pressed.statistics.inodes.maxBacklog[0]?.items).toBeGreaterThan(600);
  });

  test('6. the inodegc shrinker is asked for 2049 objects, by everyone in reclaim, and its hits throttle at any depth', () => {
    const scans = pressed.events.filter((each) => each.event === 'xfs_inodegc_shrinker_scan');
    expect(scans.length).toBeGreaterThan(1_000);
    expect(new Set(scans.map(({ fields }) => fields.nrToScan))).toEqual(new Set([2049]));
    expect(new Set(scans.map(({ comm }) => comm)).size).toBeGreaterThan(2);
    const hits = pressed.events.filter(
      ({ event, fields }) => event === 'xfs_inodegc_worker' && Number(fields.shrinkerHits) > 0,
    );
    expect(hits.length).toBeGreaterThan(20);
    const first = pressed.events.findIndex(
      ({ event, fields }) => event === 'mm_shrink_slab_start' && fields.shrink === 'xfs_inodegc_shrinker_scan',
    );
    expect(pressed.events[first]?.fields).toMatchObject({ delta: 2048, totalScan: 2048, cacheItems: 4096 });
  });

  test('7. kswapd defers small scans, takes whole caches at the end, and is throttled all the while', () => {
    const scans = pressed.statistics.reclaim.kswapdScans.filter(({ shrinker }) => shrinker === 'super_cache_scan');
    const scannedAt = (priority: number) => scans.find((scan) => scan.priority === priority)?.scanned ?? 0;
    expect([12, 11, 10, 9, 8].map(scannedAt)).toEqual([0, 0, 0, 0, 0]);
    expect(scannedAt(2) + scannedAt(1)).toBeGreaterThan(10_000);
    const kswapd = pressed.statistics.throttling.byComm.find(({ comm }) => comm === 'kswapd0');
    expect(kswapd?.throttles).toBeGreaterThan(1_000);
    // Meanwhile the page cache is reclaimed by others: 99 % in the trace.
    const { kswapdPages, directPages } = pressed.statistics.reclaim;
    expect(directPages / (directPages + kswapdPages)).toBeGreaterThan(0.9);
  });

  test('8. most direct reclaims are short, some wait for a worker', () => {
    const { directReclaim } = pressed.statistics.reclaim;
    expect((directReclaim?.p50 ?? 0) / MILLISECOND).toBeLessThan(1);
    expect((directReclaim?.max ?? 0) / MILLISECOND).toBeGreaterThan(20);
  });

  test('9. latency under pressure, and the way from reclaimable to reclaimed', () => {
    const { latency, reclaimLag } = pressed.statistics.inodes;
    // The trace, all queuers together: p50 14.8 ms, p99 373 ms; reclaimed after 0.73 s (p50).
    expect((latency?.p50 ?? 0) / MILLISECOND).toBeGreaterThan(14.8 / 1.5);
    expect((latency?.p50 ?? 0) / MILLISECOND).toBeLessThan(14.8 * 2);
    expect((latency?.p99 ?? 0) / MILLISECOND).toBeGreaterThan(373 / 3);
    expect((latency?.p99 ?? 0) / MILLISECOND).toBeLessThan(373 * 3);
    expect((reclaimLag?.p50 ?? 0) / SECOND).toBeGreaterThan(0.3);
    expect((reclaimLag?.p50 ?? 0) / SECOND).toBeLessThan(2.2);
  });

  test('no task is killed for want of memory, as in the trace', () => {
    expect(pressed.statistics.reclaim.oomKills).toEqual([]);
  });
});
