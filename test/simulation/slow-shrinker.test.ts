/**
 * Who waits, and how long, behind reclaim that waits in the shrinker of an NFS client: whoever mounts a file system, up
 * to 6.6; and what it costs that nobody reclaims slab meanwhile.
 */
import { MICROSECOND, MILLISECOND, SECOND } from '@dragon/engine';
import { outsideServer, SHRINKER_RWSEM } from '@dragon/kernel';
import { describe, expect, test } from 'vitest';
import { simulate, type SimulationOptions } from './simulate.ts';
import { callLengths, sleptOn } from './waits-of.ts';

const run = (options: Partial<SimulationOptions> = {}) =>
  simulate({ scenario: 'slow-shrinker', seed: 1, until: 30 * SECOND, ...options });

const longest = (lengths: readonly number[]): number => Math.max(0, ...lengths);

describe.each([1, 4])('%i CPUs', (cpus) => {
  test('a mount waits as long as kswapd is among the inodes of the NFS client, 2 ms each', () => {
    const seen = run({ cpus });
    const asleep = sleptOn(seen, 'kswapd/0', outsideServer('nfs'));
    expect(asleep).toBeGreaterThan(5 * SECOND);
    for (const mounter of ['mounter/0', 'mounter/1'])
      expect(sleptOn(seen, mounter, SHRINKER_RWSEM)).toBeGreaterThan(0.8 * asleep);
    expect(longest(callLengths(seen, 'mount'))).toBeGreaterThan(0.8 * asleep);
    expect(seen.outcome).toBe('completed');
  });

  test('from 6.7 on it does not, with kswapd just as long there', () => {
    const seen = run({ cpus, profile: 'v6.12' });
    expect(sleptOn(seen, 'kswapd/0', outsideServer('nfs'))).toBeGreaterThan(5 * SECOND);
    expect(longest(callLengths(seen, 'mount'))).toBeLessThan(31 * MILLISECOND);
  });

  test('as long as one waits nobody reclaims inodes of XFS', () => {
    const evictions = (set: SimulationOptions['set']) =>
      run({ cpus, until: 10 * SECOND, ...(set === undefined ? {} : { set }) }).hits.filter(
        ({ event }) => event === 'prune_icache_begin',
      ).length;
    expect(evictions({})).toBe(0);
    expect(evictions({ mounters: 0 })).toBeGreaterThan(0);
  });
});

test('a server that takes half as long is waited for half as long', () => {
  const [slow, quick] = [2, 1].map((ms) => longest(callLengths(run({ set: { answer: ms * MILLISECOND } }), 'mount')));
  expect(Number(slow) / Number(quick)).toBeGreaterThan(1.7);
  expect(Number(slow) / Number(quick)).toBeLessThan(2.3);
});

test('a shrinker that spins is waited for like one that sleeps', () => {
  const seen = run({ set: { answer: 0, spin: 500 * MICROSECOND } });
  expect(sleptOn(seen, 'kswapd/0', outsideServer('nfs'))).toBe(0);
  expect(longest(callLengths(seen, 'mount'))).toBeGreaterThan(SECOND);
});

test('with next to no page cache, a demand that the inodes could meet ends in a kill as soon as somebody mounts', () => {
  const outcomes = (options: Partial<SimulationOptions>) =>
    [1, 2, 3].map((seed) => {
      const set = { 'page-cache': 1_500, demand: 12_000, ...options.set };
      return run({ ...options, cpus: 4, seed, set, until: 20 * SECOND }).outcome;
    });
  expect(outcomes({})).toEqual(['oom', 'oom', 'oom']);
  expect(outcomes({ set: { mounters: 0 } })).toEqual(['completed', 'completed', 'completed']);
  expect(outcomes({ profile: 'v6.12' })).toEqual(['completed', 'completed', 'completed']);
});
