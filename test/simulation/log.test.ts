/**
 * Inactivated inodes and the log on an idle file system, as the real boot `drop1trk` had it (Debian 6.1.192): 50,000
 * inodes are dropped and inactivated; the CIL is at its limit of 8 MiB with 27,868 of them, and is pushed. All stay
 * pinned until the log worker forces the log. It then pushes what is in the AIL, and these are freed at the next look
 * of the background worker; the other 22,132, which got there a moment later, wait for its next tick.
 */
import { runPlan, type TraceHit } from '@dragon/engine';
import { cachedInodes, DEFINITIONS, fsyncer, planWorld, type WorldSpec } from '@dragon/scenarios';
import { parsePolicy, profileNamed } from '@dragon/kernel';
import { describe, expect, test } from 'vitest';
import { dropCaches, syncer } from '../../packages/scenarios/src/threads.ts';

const SECOND = 1_000_000_000;
const PERIOD = 30 * SECOND;
const FIRST = 24 * SECOND;
const INODES = 50_000;

const WORLD: WorldSpec = {
  lru: cachedInodes(INODES, [0, 1, 2, 3], 'postEof'),
  free: 60_000,
  kswapdCpus: [0],
  threads: [dropCaches(0, [10, 11])],
};

/** Returns how many inodes were reclaimed until an instant. */
function reclaimedUntil(world: WorldSpec, policy = ''): (at: number) => number {
  const { policy: base, release } = profileNamed('v6.1');
  const settings = {
    policy: parsePolicy(policy, base),
    release,
    cpus: 1,
    seed: 1,
    until: 65 * SECOND,
    keepGoing: true,
  };
  const hits: TraceHit[] = [];
  runPlan(planWorld(world, settings), DEFINITIONS, { finders: [], onTrace: (hit) => void hits.push(hit) });
  const reclaimed = hits.filter(({ event }) => event === 'xfs_inode_reclaiming');
  return (at) => reclaimed.filter((hit) => hit.at <= at).reduce((sum, { fields }) => sum + Number(fields['count']), 0);
}

describe('50,000 inodes of an idle file system are dropped', { timeout: 60_000 }, () => {
  test('they stay pinned until the log worker comes, and the second checkpoint until it comes again', () => {
    const until = reclaimedUntil({ ...WORLD, logWorkerAt: FIRST });
    expect(until(FIRST)).toBe(0);
    const first = until(FIRST + PERIOD);
    expect(Math.abs(first - 27_868)).toBeLessThan(100);
    expect(until(FIRST + 6 * SECOND)).toBe(first);
    expect(until(FIRST + PERIOD + 6 * SECOND)).toBe(INODES);
  });

  test('a larger log has one checkpoint of all of them: none is in the AIL when it is pushed first', () => {
    const until = reclaimedUntil({ ...WORLD, log: 131_072, logWorkerAt: FIRST });
    expect([until(FIRST + PERIOD), until(FIRST + PERIOD + 6 * SECOND)]).toEqual([0, INODES]);
  });

  test('a log worker that comes every second has them freed within seconds', () => {
    expect(reclaimedUntil({ ...WORLD, logWorker: SECOND })(11 * SECOND)).toBe(INODES);
  });

  test('a task that syncs every second unpins some while they are dropped: then next to none has to wait for the log worker', () => {
    const until = reclaimedUntil({ ...WORLD, threads: [...WORLD.threads, syncer(0)], logWorkerAt: FIRST });
    expect(until(FIRST)).toBeGreaterThan(0.99 * INODES);
  });

  test('so does a task that writes to its file and calls fsync; with fdatasync, which wants no time stamps, nothing is forced', () => {
    const beside = (call: 'fsync' | 'fdatasync') =>
      reclaimedUntil({
        ...WORLD,
        threads: [...WORLD.threads, fsyncer(0, call, [0, 10])],
        latency: { [`${call}Pause`]: { kind: 'fixed', ns: SECOND } },
        logWorkerAt: FIRST,
      });
    expect(beside('fsync')(FIRST)).toBeGreaterThan(0.95 * INODES);
    expect(beside('fdatasync')(FIRST)).toBe(0);
  });
});
