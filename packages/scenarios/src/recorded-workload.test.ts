/** The scenario that a trace's marks ask for, on the machine that its events show. */
import { MILLISECOND as MS, SECOND } from '@dragon/engine';
import { expect, test } from 'vitest';
import { RECORDED_PRESSURE } from './cost-scenarios.ts';
import { type RecordedMachine, recordedScenario, recordedWorld } from './recorded-workload.ts';

const MACHINE: RecordedMachine = {
  cpus: 2,
  firstAt: 10 * SECOND,
  lastAt: 13 * SECOND,
  marks: [],
  queuedBy: {},
  cacheItems: undefined,
  reclaimableThen: 0,
  minWmark: undefined,
  kswapdWokenAt: undefined,
};
const marked = (...texts: readonly string[]) => texts.map((text, i) => ({ at: MACHINE.firstAt + i * 500 * MS, text }));
const threadsOf = (change: Partial<RecordedMachine>) => recordedWorld({ ...MACHINE, ...change })?.world.threads;

test('without marks, or with those of another workload, there is none', () => {
  expect(recordedScenario(MACHINE)).toBeUndefined();
  expect(recordedScenario({ ...MACHINE, marks: marked('hello', 'hog done') })).toBeUndefined();
});

test('an unlink storm: a task for each unlinker of each phase, at its time, for as long as the trace', () => {
  const marks = marked(
    'A: rm -rf single, 3000 files',
    'B: 2 unlinkers x 400 files',
    'C: 150 files, 10 ms apart',
    'E: 64 unlinks, 0.1 ms apart, then statfs',
    'end',
  );
  const scenario = recordedScenario({ ...MACHINE, marks });
  expect(scenario).toMatchObject({
    name: 'unlink-storm',
    minCpus: 2,
    limit: { maxCpus: 2 },
    until: 4 * SECOND,
    unfitted: [],
  });
  const { world } = recordedWorld({ ...MACHINE, marks }) ?? {};
  const threads = world?.threads ?? [];
  expect(threads.map(({ comm, startMs, inodes }) => [comm, startMs, inodes?.count])).toEqual([
    ['rm', [1, 2], 3_000],
    ['unlink', [501, 502], 400],
    ['unlink', [501, 502], 400],
    ['slowrm', [1_001, 1_002], 150],
    ['slowrm', [1_501, 1_502], 64],
  ]);
  expect(threads.map(({ params }) => (params as { statfs?: number }).statfs)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    2,
  ]);
  expect(Object.keys(world?.latency ?? {})).toEqual(['sleep 10 ms', 'sleep 0.1 ms']);
});

const PRESSURE = {
  marks: marked('churn start', 'hog start 100 MiB', 'stream start 10 MiB'),
  queuedBy: { churn: 700, rm: 3 },
  cacheItems: 5_000,
  reclaimableThen: 1_000,
  minWmark: 2_000,
};

test('pressure: what was cached already, the hog, the stream, the files that churn', () => {
  const recorded = { ...MACHINE, ...PRESSURE, kswapdWokenAt: MACHINE.firstAt + 600 * MS };
  expect(recordedScenario(recorded)).toMatchObject({
    name: 'pressure',
    until: 4 * SECOND,
    unfitted: ['unlink', 'betweenFiles'],
  });
  const { world } = recordedWorld(recorded) ?? {};
  // 100 ms of 65 pages each, and LOW, which is 1.25 times MIN.
  expect(world).toMatchObject({ free: 9_000, minFreeKbytes: 8_000, managed: 9_000 + 1_200 + 30_000 });
  expect(world?.cached?.reduce((sum, { count }) => sum + count, 0)).toBe(4_000);
  expect(world?.threads.map(({ id }) => id)).toEqual(['churner/0', 'hog/0', 'stream/0']);
  expect(world?.threads.map(({ startMs }) => startMs)).toEqual([
    [1, 2],
    [3, 4],
    [1_000, 1_001],
  ]);
});

test('a trace that tells less: half of the hog until kswapd wakes, the marks of the recorded machine, no stream and no churn', () => {
  const marks = marked('hog start 100 MiB');
  const { world } = recordedWorld({ ...MACHINE, marks }) ?? {};
  expect(world?.free).toBe(12_800 + Math.round(Math.floor(RECORDED_PRESSURE.minFreeKbytes / 4) * 1.25));
  expect(world?.cached).toEqual([]);
  expect(threadsOf({ marks })?.map(({ id }) => id)).toEqual(['hog/0']);
});

test('the hog takes no more than it asked for, and nothing if kswapd was awake before it', () => {
  const freeAt = (kswapdWokenAt: number) => recordedWorld({ ...MACHINE, ...PRESSURE, kswapdWokenAt })?.world.free;
  expect(freeAt(MACHINE.lastAt)).toBe(25_600 + 2_500);
  expect(freeAt(MACHINE.firstAt)).toBe(2_500);
});
