/**
 * Single runs of the recorded boots, and what their consoles have of the same: within twice the instant, and half as
 * many again of the inodes. What it takes is in fs/xfs: xfs_trans_log_inode holds cluster buffers, xfs_buftarg_isolate
 * lets them off XFS_INO_REF times, xfs_reclaim_inode passes pinned inodes by.
 */
import { runPlan, SECOND } from '@dragon/engine';
import { RunMeter, type RunMeasures } from '@dragon/compare';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { planOf, type SimulationOptions } from './simulate.ts';

function measures(options: SimulationOptions): RunMeasures {
  const { finders, graph } = kernelFinders();
  const meter = new RunMeter();
  const result = runPlan(planOf(options), DEFINITIONS, { finders, onTrace: meter.hit });
  return meter.finish(result, graph);
}

const about = (value: number | undefined, real: number, factor: number): void => {
  expect(value).toBeGreaterThan(real / factor);
  expect(value).toBeLessThan(real * factor);
};

test.each([
  [1, 5.1, 39_391, 10_546],
  [4, 5.8, 37_690, 12_304],
])('a late task under skip-kswapd on %i CPUs meets nothing to evict, and kills', (cpus, afterS, queued, pinned) => {
  const { boot } = measures({ scenario: 'late', policy: 'throttle=skip-kswapd', cpus, until: 20 * SECOND });
  about((boot.kill?.at ?? 0) / SECOND - 1, afterS, 2);
  about(boot.kill?.queued, queued, 1.5);
  about(boot.kill?.pinned, pinned, 1.5);
  about(boot.kswapdQueued, 45_000, 1.5);
});

/**
 * Starved, the worker sleeps a jiffy a round (128 ms between two of its calls of out_of_memory()), and each round lets
 * one evictor through that waits behind the pending work: 635 inodes in five seconds of c1x25s0-1, and the other one,
 * whose barrier went with the run, none.
 */
test('of two evictors one waits for the starved worker, and the other evicts an inode a round', () => {
  const throttled: number[] = [];
  const plan = planOf({ scenario: 'one-hog', policy: 'throttle=always', cpus: 1, until: 11 * SECOND });
  runPlan(plan, DEFINITIONS, {
    finders: [],
    onTrace: ({ at, event }) => {
      if (event === 'xfs_inodegc_throttle') throttled.push(at / SECOND);
    },
  });
  about(throttled.filter((at) => at >= 6).length, 635, 1.1);
});

test.each([1, 2])('under always a late task on one CPU may end in a kill, too, long after it came: seed %i', (seed) => {
  const { boot } = measures({ scenario: 'late', policy: 'throttle=always', cpus: 1, seed, until: 45 * SECOND });
  about((boot.kill?.at ?? 0) / SECOND - 1, 20.2, 2);
  about(boot.kill?.queued, 37_240, 1.5);
  // Short of the 1.5 that the other cells keep.
  about(boot.kill?.pinned, 8_727, 1.7);
});

test('a hog on an idle file system is killed beside inodes that are all inactivated, and all pinned', () => {
  const { boot } = measures({ scenario: 'idle-fs', policy: 'throttle=always', cpus: 1, until: 30 * SECOND });
  expect(boot.kill).toMatchObject({ queued: 0, reclaimable: 50_000, pinned: 50_000, inAil: 0 });
  about((boot.kill?.at ?? 0) / SECOND - 13, 3, 2);
});

test('whatever others have taken meanwhile: what the hog wants is counted from what is free when it comes', () => {
  const set = { free: 126 * 256 };
  const { boot } = measures({ scenario: 'idle-fs', policy: 'throttle=always', cpus: 1, set, until: 30 * SECOND });
  expect(boot.kill).toMatchObject({ queued: 0, reclaimable: 50_000, pinned: 50_000, inAil: 0 });
});

test.each(['always', 'skip-kswapd'])(
  'with the log worker at 1 s nothing stays pinned for long: under %s nobody is killed, and the memory comes soon',
  (throttle) => {
    const set = { 'log-worker': SECOND, 'log-worker-at': SECOND };
    const { boot } = measures({ scenario: 'late', policy: `throttle=${throttle}`, cpus: 1, set, until: 30 * SECOND });
    expect(boot.kill).toBeNull();
    expect(Object.keys(boot.touched)).toHaveLength(2);
    expect(Math.max(...Object.values(boot.touched)) / SECOND).toBeLessThan(20);
  },
);
