/**
 * Whole traces of a real kernel: every rule agrees, and the statistics are those that were derived from them
 * independently.
 */
import { expect, test } from 'vitest';
import { Conformance } from './conform/conformance.ts';
import { readFtrace } from './ftrace-file.io.ts';
import type { Distribution } from './quantile-sketch.ts';
import { recordedTraces, type RecordedTrace, WHOLE_TRACES } from './recorded-traces.fixture.io.ts';
import { StatisticsAccumulator, type TraceStatistics } from './trace-statistics.ts';

const TIMEOUT = 60_000;

const read = new Map<string, Promise<{ conformance: Conformance; statistics: TraceStatistics; events: number }>>();

/** Each is read once. */
function results({ name, path }: RecordedTrace) {
  const known = read.get(name);
  if (known !== undefined) return known;
  const result = (async () => {
    const [conformance, statistics] = [new Conformance(), new StatisticsAccumulator()];
    const { events } = await readFtrace(path, {
      event(event) {
        conformance.event(event);
        statistics.event(event);
      },
      gap(gap) {
        conformance.gap(gap);
        statistics.gap(gap);
      },
    });
    return { conformance, statistics: statistics.result(), events };
  })();
  read.set(name, result);
  return result;
}

/** p10, p50, p90, p99, max in microseconds. */
const us = (d: Distribution | undefined) => d && [d.p10, d.p50, d.p90, d.p99, d.max].map((ns) => ns / 1_000);

test.each(recordedTraces())(
  '$name: every event agrees with the model, or is explained',
  { timeout: TIMEOUT },
  async (trace) => {
    const { conformance, events } = await results(trace);
    expect(events).toBe(trace.events);
    for (const { name, checked, agreed, disagreements } of conformance.finish()) {
      expect(disagreements, name).toEqual([]);
      // At its beginning a trace does not tell what is on the lists; the excerpt is nothing but beginnings.
      if (trace.name !== 'excerpt') expect(agreed, name).toBeGreaterThanOrEqual(checked * 0.99);
    }
  },
);

test('of a clone with the traces beside it, all of them are tested', () => {
  expect(recordedTraces()).toHaveLength(WHOLE_TRACES ? 4 : 1);
});

const find = (name: string) => recordedTraces().find((trace) => trace.name === name);

test('the excerpt in numbers', async () => {
  const { statistics } = await results(find('excerpt') ?? { name: '', path: '', events: 0 });
  expect(statistics.inodes.batches).toMatchObject({ sizes: { n: 4, max: 34 }, top: expect.arrayContaining([[1, 3]]) });
  expect(statistics.throttling).toMatchObject({ throttles: 3 });
});

test.runIf(WHOLE_TRACES)('unlink-storm in numbers', { timeout: TIMEOUT }, async () => {
  const trace = find('unlink-storm');
  if (trace === undefined) throw new Error('the trace is missing from its folder');
  const { inodes, throttling, reclaim } = (await results(trace)).statistics;
  const group = (comm: string) => inodes.groups.find((each) => each.comm === comm);
  expect(us(group('unlink')?.interArrival)).toEqual([40, 52, 63, 4049, 19827]);
  expect(us(group('unlink')?.latency)).toEqual([3800, 37577, 66186, 71737, 73964]);
  expect(us(group('unlink')?.service)).toEqual([43, 57, 74, 1876, 8147]);
  expect(us(group('rm')?.latency)).toEqual([295, 1637, 2972, 3488, 8763]);
  const phase = (start: string) => inodes.batchesByPhase.find((each) => each.phase.startsWith(start));
  expect(phase('A rm')).toMatchObject({ sizes: { n: 147, min: 34, max: 34 } });
  expect(phase('B 2')).toMatchObject({ sizes: { n: 34, p50: 333, p90: 335, max: 353 } });
  expect(phase('B end')).toMatchObject({ sizes: { n: 2, max: 237 } });
  expect(phase('C slow')).toMatchObject({ sizes: { n: 150, max: 1 } });
  expect(inodes.maxBacklog).toEqual([{ cpu: 0, items: 353 }]);
  expect(throttling).toMatchObject({ throttles: 1985, zeroProgress: 1906, items: { min: 258, p50: 296, max: 353 } });
  expect(us(throttling.wait)).toEqual([59, 64, 81, 33210, 36428]);
  expect(reclaim).toMatchObject({ kswapdWakes: 0, oomKills: [], directReclaim: undefined });
});

test.runIf(WHOLE_TRACES)('pressure in numbers', { timeout: TIMEOUT }, async () => {
  const trace = find('pressure');
  if (trace === undefined) throw new Error('the trace is missing from its folder');
  const { inodes, throttling, reclaim } = (await results(trace)).statistics;
  const kswapd = inodes.groups.find(({ comm, phase }) => comm === 'kswapd0' && phase === 'stream end');
  expect(us(kswapd?.latency)).toEqual([2795, 9584, 17099, 22135, 34595]);
  expect(us(kswapd?.service)).toEqual([41, 62, 69, 138, 4887]);
  expect(us(inodes.reclaimLag)?.slice(1, 3)).toEqual([730_823, 2_231_567]);
  expect(inodes.batchesByPhase.map(({ sizes }) => [sizes.n, sizes.p50, sizes.p90, sizes.max])).toEqual([
    [256, 34, 34, 34],
    [148, 51, 290, 2544],
    [48, 258, 258, 282],
  ]);
  expect(inodes.maxBacklog).toEqual([{ cpu: 0, items: 2544 }]);
  expect(throttling).toMatchObject({ throttles: 13_398, zeroProgress: 12_963 });
  expect(us(throttling.byComm.find(({ comm }) => comm === 'kswapd0')?.wait)).toEqual([24, 39, 709, 19_213, 338_786]);
  const scanned = reclaim.kswapdScans
    .filter(({ shrinker }) => shrinker === 'super_cache_scan')
    .map(({ priority, calls, scanned: objects, freed }) => [priority, calls, objects, freed]);
  expect(scanned.slice(5)).toEqual([
    [7, 5, 1024, 779],
    [6, 5, 3072, 1539],
    [5, 5, 7168, 2946],
    [4, 5, 14_336, 5437],
    [3, 5, 28_672, 8522],
    [2, 3, 25_600, 49],
    [1, 3, 50_214, 43_656],
  ]);
  expect(us(reclaim.kswapdPrune)).toEqual([1, 16_739, 150_989, 258_156, 502_543]);
  expect(reclaim.directReclaim).toMatchObject({ n: 1887, p50: 172_000, p90: 401_000, p99: 8_972_000 });
  expect(reclaim.kswapdPages).toBe(2323);
});
