/** Each verdict of kernel reference 6.3 that needs no memory model, its entrances, and the neighbours of 6.2: whatever the seed and the number of CPUs. */
import { describe, expect, test } from 'vitest';
import { simulate } from './simulate.ts';

const WORKER_CYCLE = (reclaimer: string): string[] => ['inodegc', 'repair', reclaimer].sort();

/** Scenario, policy, and who is in the cycle; nobody: the run completes. */
type Verdict = readonly [scenario: string, policy: string, parties: readonly string[]];

const kswapd = WORKER_CYCLE('kswapd');
const direct = WORKER_CYCLE('allocator');
const dropCaches = WORKER_CYCLE('drop-caches');
const nobody: string[] = [];

const VERDICTS: readonly Verdict[] = [
  // The bug, by its three entrances.
  ['seed-deadlock', '', kswapd],
  ['seed-direct-reclaim', '', direct],
  ['seed-drop-caches', '', dropCaches],
  // The dropped patch takes kswapd out of the cycle, and only kswapd.
  ['seed-deadlock', 'throttle=skip-kswapd', nobody],
  ['seed-direct-reclaim', 'throttle=skip-kswapd', direct],
  ['seed-drop-caches', 'throttle=skip-kswapd', dropCaches],
  // Version 8 of 2021: any reclaimer skips, drop_caches does not.
  ['seed-deadlock', 'throttle=skip-reclaim', nobody],
  ['seed-direct-reclaim', 'throttle=skip-reclaim', nobody],
  ['seed-drop-caches', 'throttle=skip-reclaim', dropCaches],
  // The repair fix breaks it for everybody; with the skip on top too.
  ['seed-deadlock', 'repair=unregister-after-commit', nobody],
  ['seed-direct-reclaim', 'repair=unregister-after-commit', nobody],
  ['seed-drop-caches', 'repair=unregister-after-commit', nobody],
  ['seed-deadlock', 'throttle=skip-kswapd,repair=unregister-after-commit', nobody],
  ['seed-deadlock', 'repair=try-unregister', nobody],
  ['seed-drop-caches', 'repair=try-unregister', nobody],
  // Bounded waits and waits outside the lock.
  ['seed-deadlock', 'throttle=timed(10ms)', nobody],
  ['seed-direct-reclaim', 'throttle=timed(10ms)', nobody],
  ['seed-drop-caches', 'throttle=timed(10ms)', nobody],
  ['seed-deadlock', 'throttle=outside-rwsem', nobody],
  ['seed-direct-reclaim', 'throttle=outside-rwsem', nobody],
  ['seed-drop-caches', 'throttle=outside-rwsem', nobody],
  // What protects the list of shrinkers.
  ['seed-deadlock', 'shrinkers=refcount', nobody],
  ['seed-direct-reclaim', 'shrinkers=refcount', nobody],
  ['seed-drop-caches', 'shrinkers=refcount', nobody],
  ['seed-deadlock', 'shrinkers=srcu', kswapd],
  ['seed-direct-reclaim', 'shrinkers=srcu', direct],
  ['seed-drop-caches', 'shrinkers=srcu', dropCaches],
  // No cure: without a queue two parties are enough.
  ['seed-deadlock', 'throttle=inline', ['kswapd', 'repair']],
  ['seed-direct-reclaim', 'throttle=inline', ['allocator', 'repair']],
  ['seed-drop-caches', 'throttle=inline', ['drop-caches', 'repair']],
  // No cure either: a watermark that is never reached, another test of the caller, another way to take the AGI, another count.
  ['seed-deadlock', 'throttle=watermarks(256,64)', kswapd],
  ['seed-deadlock', 'exempt=nofs', kswapd],
  ['seed-deadlock', 'repair-lock=trylock', kswapd],
  ['seed-deadlock', 'accounting=queued-counted', kswapd],
  // Neighbours.
  ['other-ag', '', nobody],
  ['other-cpu', '', nobody],
  ['short-queue', '', nobody],
  ['repair-first', '', nobody],
  ['nofs-caller', '', nobody],
  ['umount-in-progress', '', nobody],
];

const CPUS_AND_SEEDS = [
  [2, 1],
  [5, 99],
] as const;

describe.each(VERDICTS)('%s %s', (scenario, policy, parties) => {
  test.each(CPUS_AND_SEEDS)('%i CPUs, seed %i', (cpus, seed) => {
    const { outcome, parties: found } = simulate({ scenario, policy, cpus, seed, until: 10_000_000_000 });
    expect(found).toEqual(parties);
    expect(outcome).toBe(parties.length > 0 ? 'deadlock' : 'completed');
  });
});

test.each([1, 3, 16])('seed-deadlock meets its cycle with %i CPUs, whatever the seed', (cpus) => {
  for (const seed of [0, 7, 20_221_220, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
    const { parties, graph, result } = simulate({ scenario: 'seed-deadlock', cpus, seed });
    expect(parties).toEqual(kswapd);
    expect(graph.behind()).toHaveLength(7);
    // Found as it closes, long before khungtaskd looks.
    expect(result.foundAt).toBeLessThan(3_000_000_000);
    expect(result.endedAt - (result.foundAt ?? 0)).toBe(100_000_000);
  }
});

test('migrating kswapd: the seed decides', () => {
  const outcomes = new Set<string>();
  for (let seed = 1; seed <= 6; seed += 1)
    outcomes.add(simulate({ scenario: 'migrating-kswapd', cpus: 2, seed }).parties.join());
  expect(outcomes.size).toBeGreaterThan(0);
  for (const parties of outcomes) expect(['', kswapd.join()]).toContain(parties);
});

test('repair first: kswapd meets a locked list, and slab reclaim is off for it', () => {
  const { rows } = simulate({ scenario: 'repair-first', until: 2_000_000_000 });
  const refused = rows.filter(
    ({ to, message }) => to === 'kswapd/0' && message.type === 'task.shrinkSlabBegun' && message['entered'] === false,
  );
  expect(refused.length).toBeGreaterThan(0);
});

test('stuck disk: no cycle, everybody behind repair, and khungtaskd says so after 120 to 240 s', () => {
  const { outcome, graph, result } = simulate({ scenario: 'stuck-disk', seed: 3 });
  expect(outcome).toBe('stalled');
  const [root] = graph.blocked().filter((task) => task.outside);
  expect(root).toMatchObject({ agent: 'repair/0', waitsFor: { resource: 'outside:disk sda' }, behind: 9 });
  const hung = result.log.filter(({ text }) => text.startsWith('INFO: task'));
  expect(hung.map(({ text }) => text)).toContain('INFO: task kswapd0:71 blocked for more than 120 seconds.');
  for (const { at } of hung) {
    expect(at).toBeGreaterThanOrEqual(240_000_000_000);
    expect(at).toBeLessThan(241_000_000_000);
  }
});

test('a deadlock that is let run on is what khungtaskd reports', () => {
  const { outcome, result } = simulate({ scenario: 'seed-deadlock', keepGoing: true });
  expect(outcome).toBe('deadlock');
  const lines = result.log.map(({ text }) => text);
  for (const task of ['kswapd0:71', 'kworker/0:1:200', 'xfs_scrub']) {
    expect(
      lines.some(
        (line) => line.startsWith(`INFO: task ${task}`) && line.endsWith('blocked for more than 120 seconds.'),
      ),
    ).toBe(true);
  }
  expect(lines).toContain('Workqueue: xfs-inodegc/sda xfs_inodegc_worker [xfs]');
});
