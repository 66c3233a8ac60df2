/** Who waits beside reclaim, and for how long: statfs, lookup, close, unlink and umount behind an inodegc worker. */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '@dragon/engine';
import { INACTIVATION } from '@dragon/kernel';
import { simulate } from './simulate.ts';
import { callLengths, sleptOn } from './waits-of.ts';

describe('fragmented-files: a worker has a batch for seconds', () => {
  const run = (profile: string, cpus: number) =>
    simulate({ scenario: 'fragmented-files', profile, cpus, seed: 1, until: 30 * SECOND });

  test.each([1, 4])('statfs waits for it up to 5.18, and from 5.19 on does not, %i CPUs', (cpus) => {
    const before = callLengths(run('v5.15', cpus), 'statfs');
    expect(Math.max(...before)).toBeGreaterThan(SECOND);
    for (const profile of ['v5.19', 'v6.1']) {
      const after = callLengths(run(profile, cpus), 'statfs');
      expect(after).toHaveLength(100);
      expect(Math.max(...after)).toBe(0);
    }
  });

  test.each([
    ['v5.15', 3 * SECOND],
    ['v5.19', 0.3 * SECOND],
    ['v6.12', 0.3 * SECOND],
  ])('under %s rm waits for it all the same, and so does who closes a file', (profile, least) => {
    const seen = run(profile, 2);
    expect(sleptOn(seen, 'unlinker/0', 'gc[0].work')).toBeGreaterThan(4 * SECOND);
    // Where each inode queues the work anew, who waits behind it slips past a run that goes on.
    expect(sleptOn(seen, 'closer/0', 'gc[0].work')).toBeGreaterThan(least);
    expect(seen.outcome).toBe('completed');
  });
});

test('a lookup of a file whose inode waits for inactivation takes until the worker has come to it, without a lock', () => {
  const seen = simulate({ scenario: 'fragmented-files', cpus: 2, seed: 1, until: 30 * SECOND });
  const lengths = callLengths(seen, 'stat');
  expect(lengths).toHaveLength(20);
  expect(Math.max(...lengths)).toBeGreaterThan(SECOND);
  expect(sleptOn(seen, 'lookup/0', INACTIVATION)).toBeGreaterThan(SECOND);
  expect(seen.graph.behind()).toEqual([]);
});

describe('umount-evicts', () => {
  test('umount is throttled as it evicts, and waits for all workers before it is through', () => {
    const seen = simulate({ scenario: 'umount-evicts', cpus: 2, seed: 1, until: 10 * SECOND });
    const [length = 0, ...others] = callLengths(seen, 'umount');
    expect(others).toEqual([]);
    const asleep = sleptOn(seen, 'unmounter/0', 'gc[0].work');
    expect(asleep).toBeGreaterThan(0.5 * SECOND);
    expect(asleep).toBeLessThan(length);
    const inodes = (event: string): number =>
      seen.hits.filter((hit) => hit.event === event).reduce((sum, { fields }) => sum + Number(fields['count']), 0);
    expect(inodes('xfs_inode_set_reclaimable')).toBe(20_000);
    // xfs_unmount_flush_inodes: none is left.
    expect(inodes('xfs_inode_reclaiming')).toBe(20_000);
    const freed = seen.hits.filter(({ event }) => event === 'xfs_inode_reclaiming').map(({ at }) => at);
    const [returned] = seen.hits.filter(({ event }) => event === 'syscall_end').map(({ at }) => at);
    expect(Math.max(...freed)).toBeLessThan(returned ?? 0);
  });

  test('without a queue it inactivates them itself', () => {
    const seen = simulate({ scenario: 'umount-evicts', profile: 'v5.13', cpus: 2, seed: 1, until: 10 * SECOND });
    expect(sleptOn(seen, 'unmounter/0', 'gc[0].work')).toBeLessThan(MILLISECOND);
    expect(callLengths(seen, 'umount')[0]).toBeGreaterThan(0.5 * SECOND);
  });
});

describe('a task mounts and unmounts another file system', () => {
  test('with nobody in the list of shrinkers it waits for its disk alone', () => {
    const seen = simulate({ scenario: 'burst', seed: 1, until: 5 * SECOND, set: { 'mount-every': SECOND } });
    const mounts = callLengths(seen, 'mount');
    expect(mounts.length).toBeGreaterThan(3);
    expect(Math.max(...mounts)).toBeLessThan(31 * MILLISECOND);
    expect(Math.max(...callLengths(seen, 'umount'))).toBeLessThan(MILLISECOND);
  });

  const pressed = (profile: string) =>
    simulate({ scenario: 'big-cache-50k', profile, seed: 1, until: 20 * SECOND, set: { 'mount-every': SECOND } });

  test('up to 6.6 it waits behind whoever is throttled in any shrinker, and reclaim of slab stops meanwhile', () => {
    const seen = pressed('v6.1');
    expect(Math.max(...callLengths(seen, 'mount'))).toBeGreaterThan(SECOND);
    expect(sleptOn(seen, 'mounter/0', 'shrinker_rwsem')).toBeGreaterThan(SECOND);
  });

  test('from 6.7 on it waits for nobody who is in the shrinkers of others', () => {
    const mounts = callLengths(pressed('v6.12'), 'mount');
    expect(mounts.length).toBeGreaterThan(10);
    expect(Math.max(...mounts)).toBeLessThan(31 * MILLISECOND);
  });

  test('it is stuck behind the deadlock of December 2022, as in the dump of a real one', () => {
    const seen = simulate({ scenario: 'seed-deadlock', seed: 1, set: { 'mount-every': 100 * MILLISECOND } });
    expect(seen.outcome).toBe('deadlock');
    expect(seen.graph.behind().map(({ agent, waitsFor }) => [agent, waitsFor.resource])).toContainEqual([
      'mounter/0',
      'shrinker_rwsem',
    ]);
  });
});

describe('unlink-storm: 150 unlinks 10 ms apart', () => {
  /** Returns how many inodes each run of the worker found, while those files went. */
  const batches = (profile: string) => {
    const { hits } = simulate({ scenario: 'unlink-storm', profile, cpus: 1, seed: 1, until: 3.2 * SECOND });
    return hits.flatMap(({ at, event, fields }) =>
      event === 'xfs_inodegc_worker' && at > 2.5 * SECOND ? [Number(fields['items'])] : [],
    );
  };

  test('5.15 has no timer: 33 stay until the 34th comes', () => {
    expect(new Set(batches('v5.15'))).toEqual(new Set([34]));
    expect(new Set(batches('v5.19'))).toEqual(new Set([1]));
  });
});
