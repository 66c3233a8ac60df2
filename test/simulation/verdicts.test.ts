/**
 * Each verdict on the cycle of kernel reference 6.3, its entrances, and the neighbours of 6.2: whatever the seed and
 * the number of CPUs. What a cure costs is in oom.test.ts.
 */
import { outsideDisk } from '@dragon/kernel';
import { SCENARIOS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { simulate, type Simulation } from './simulate.ts';

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
  ['seed-deadlock', 'throttle=allocators', nobody],
  ['seed-direct-reclaim', 'throttle=allocators', nobody],
  ['seed-drop-caches', 'throttle=allocators', nobody],
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
  // No cure either: a watermark that is never reached, another test of the caller, another way to take the AGI, another
  // count.
  ['seed-deadlock', 'throttle=watermarks(256,64)', kswapd],
  ['seed-deadlock', 'exempt=nofs', kswapd],
  ['seed-deadlock', 'repair-lock=trylock', kswapd],
  ['seed-deadlock', 'accounting=queued-counted', kswapd],
  ['seed-deadlock', 'accounting=queued-counted-and-oom-aware', kswapd],
  // Neighbours.
  ['other-ag', '', nobody],
  ['other-cpu', '', nobody],
  ['short-queue', '', nobody],
  ['repair-first', '', nobody],
  ['nofs-caller', '', nobody],
  ['umount-in-progress', '', nobody],
];

const CPUS_AND_SEEDS = [
  [1, 7],
  [2, 1],
  [5, 99],
] as const;

const minCpusOf = (scenario: string): number => SCENARIOS.find(({ name }) => name === scenario)?.minCpus ?? 1;

describe.each(VERDICTS)('%s %s', (scenario, policy, parties) => {
  test.each(CPUS_AND_SEEDS.filter(([cpus]) => cpus >= minCpusOf(scenario)))('%i CPUs, seed %i', (cpus, seed) => {
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

test.each([
  ['v5.13', ['kswapd', 'repair']],
  ['v6.1.0', kswapd],
  ['v6.1', kswapd],
  ['v6.1-patched', nobody],
  ['v6.4-rc', kswapd],
  ['v6.7', nobody],
  ['v6.12', nobody],
])('seed-deadlock on %s', (profile, parties) => {
  for (const cpus of [1, 4])
    expect(simulate({ scenario: 'seed-deadlock', profile, cpus, seed: 5, until: 10_000_000_000 }).parties).toEqual(
      parties,
    );
});

/** When a thread waited for something: from and to. */
function waitsOf({ changes }: Simulation, thread: string, resource: string): [from: number, to: number][] {
  const waits: [number, number][] = [];
  let from: number | undefined;
  for (const { at, agent, facts } of changes) {
    if (agent !== thread) continue;
    const isIt = facts.task?.waitsFor?.resource === resource;
    if (isIt) from ??= at;
    else if (from !== undefined) {
      waits.push([from, at]);
      from = undefined;
    }
  }
  return waits;
}

/** A neighbour that never comes near the deadlock would show nothing: each goes all the way, but for one thing. */
describe.each([
  [2, 1],
  [5, 99],
])('a neighbour is a near miss, %i CPUs, seed %i', (cpus, seed) => {
  const near = (scenario: string): Simulation => simulate({ scenario, cpus, seed, until: 10_000_000_000 });
  const [scan, queue, throttle] = ['super_cache_scan', 'xfs_inodegc_queue', 'xfs_inodegc_throttle'];
  const count = ({ hits }: Simulation, what: string, task: string, [from, to]: readonly [number, number]): number =>
    hits
      .filter(
        ({ at, event, fields, agent }) =>
          at > from && at < to && (fields['task'] ?? agent) === task && (event === what || fields['shrink'] === what),
      )
      .reduce((sum, { fields }) => sum + Number(fields['count'] ?? 1), 0);
  /** While the worker of CPU 0 waits for the AGI that repair has. */
  const stuck = (run: Simulation): [number, number] => {
    const [wait] = waitsOf(run, 'inodegc/0', 'AGI 0');
    expect(wait).toBeDefined();
    return wait ?? [0, 0];
  };

  test('other-ag: kswapd is throttled while repair has its AG', () => {
    const run = near('other-ag');
    const [, unregistering] = waitsOf(run, 'repair/0', 'shrinker_rwsem');
    const waits = waitsOf(run, 'kswapd/0', 'gc[0].work').filter(([from]) => from < (unregistering?.[0] ?? 0));
    expect(waits.length).toBeGreaterThan(3);
  });

  test('other-cpu: kswapd is throttled while a worker waits for repair, but for another worker', () => {
    const run = near('other-cpu');
    const [from, to] = stuck(run);
    expect(
      waitsOf(run, 'kswapd/0', 'gc[1].work').filter((wait) => wait[0] > from && wait[1] < to).length,
    ).toBeGreaterThan(3);
  });

  test('short-queue: kswapd queues all there is behind the stuck worker, and is not throttled', () => {
    const run = near('short-queue');
    expect(count(run, queue, 'kswapd/0', stuck(run))).toBe(200);
    expect(count(run, throttle, 'kswapd/0', [0, Number.POSITIVE_INFINITY])).toBe(0);
  });

  test('nofs-caller: it comes to the superblock while the worker is stuck, and gets no inode', () => {
    const run = near('nofs-caller');
    expect(count(run, scan, 'allocator/0', stuck(run))).toBeGreaterThan(10);
    expect(count(run, queue, 'allocator/0', [0, Number.POSITIVE_INFINITY])).toBe(0);
  });

  test('umount-in-progress: kswapd comes to the superblock while the worker is stuck, and gets no inode', () => {
    const run = near('umount-in-progress');
    expect(count(run, scan, 'kswapd/0', stuck(run))).toBeGreaterThan(10);
    expect(count(run, queue, 'kswapd/0', stuck(run))).toBe(0);
  });
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
  const [root] = graph.blocked().filter((task) => task.waitsFor.resource === outsideDisk('sda'));
  expect(root).toMatchObject({ agent: 'repair/0', behind: 9 });
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
