/** The worlds of the scenarios of cost: they add up, on any number of CPUs. */
import { MILLISECOND as MS } from '@dragon/engine';
import { countInodes, profileNamed } from '@dragon/kernel';
import { expect, test } from 'vitest';
import {
  BIG_CACHE,
  bigCache,
  burst,
  FROZEN_FS,
  frozenFs,
  pressure,
  QUOTA_AND_LOW_SPACE,
  quotaAndLowSpace,
  RECORDED_PRESSURE,
  RECORDED_STORM,
  recordedStorm,
  unlinkStorm,
} from './cost-scenarios.ts';
import { parameterValues } from './scenario.ts';
import { planWorld, type WorldSpec } from './world.ts';

const WORLDS: readonly (readonly [string, (cpus: number) => WorldSpec])[] = [
  ['unlink-storm', (cpus) => unlinkStorm(cpus, recordedStorm(parameterValues(RECORDED_STORM, cpus)))],
  ['burst', (cpus) => burst(cpus, 64)],
  ['pressure', (cpus) => pressure(cpus, RECORDED_PRESSURE)],
  ['big-cache', (cpus) => bigCache(cpus, parameterValues(BIG_CACHE(50_000), cpus))],
  ['frozen-fs', (cpus) => frozenFs(cpus, parameterValues(FROZEN_FS, cpus))],
  ['quota-and-low-space', (cpus) => quotaAndLowSpace(cpus, parameterValues(QUOTA_AND_LOW_SPACE, cpus))],
];

test.each(WORLDS)('%s can be planned, and every thread runs on a CPU that there is', (_name, world) => {
  for (const cpus of [1, 2, 3, 4, 8]) {
    const spec = world(cpus);
    const ids = spec.threads.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const plan = planWorld(spec, {
      policy: profileNamed('v6.1').policy,
      release: '6.1',
      cpus,
      seed: 1,
      until: MS,
      keepGoing: false,
    });
    for (const { params } of plan.agents) {
      const { cpu = 0, cpus: mine = [] } = params as { cpu?: number; cpus?: readonly number[] | number };
      const used = [cpu, ...(Array.isArray(mine) ? (mine as readonly number[]) : [])];
      expect(Math.max(...used)).toBeLessThan(cpus);
    }
  }
});

test('the storm of the traces: 5,000 files a task on one CPU, 3,000 on four', () => {
  const phases = (cpus: number) =>
    recordedStorm(parameterValues(RECORDED_STORM, cpus)).map(({ comm, tasks, files }) => [comm, tasks, files]);
  expect(phases(1).slice(0, 2)).toEqual([
    ['rm', 1, 5_000],
    ['unlink', 2, 5_000],
  ]);
  expect(phases(4).slice(0, 2)).toEqual([
    ['rm', 1, 3_000],
    ['unlink', 4, 3_000],
  ]);
});

test('a sleep between files is as late as the traces show, and statfs looks at every CPU', () => {
  const { threads, latency } = burst(3, 64);
  expect(latency).toEqual({ 'sleep 0.1 ms': { kind: 'uniform', min: MS / 10 + 55_000, max: MS / 10 + 70_000 } });
  expect(threads).toHaveLength(1);
  expect(threads[0]).toMatchObject({ inodes: { count: 64 }, params: { statfs: 3, pause: 'sleep 0.1 ms' } });
});

test('pressure without files that churn, or a stream, has none', () => {
  const ids = (change: Partial<typeof RECORDED_PRESSURE>) =>
    pressure(2, { ...RECORDED_PRESSURE, ...change }).threads.map(({ id }) => id);
  expect(ids({ churnFiles: 0 })).toEqual(['hog/0', 'stream/0']);
  expect(ids({ streamPages: 0 })).toEqual(['churner/0', 'hog/0']);
});

test('a big cache needs inactivation, all of it, and the demand is more than what is free and less than it would give', () => {
  for (const [cpus, hogs] of [
    [1, 1],
    [2, 1],
    [8, 4],
  ] as const) {
    const { lru = [], free, threads } = bigCache(cpus, parameterValues(BIG_CACHE(50_000), cpus));
    expect(countInodes(lru)).toBe(50_000);
    expect(new Set(lru.map(({ fate }) => fate))).toEqual(new Set(['postEof']));
    expect(threads).toHaveLength(hogs);
    const demand = threads.reduce((sum, { params }) => sum + (params as { pages: number }).pages, 0) - free;
    expect(demand).toBeGreaterThan(0);
    expect(demand).toBeLessThan(50_000 / 4);
  }
});
