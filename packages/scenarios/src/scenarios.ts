/**
 * The scenarios: the deadlock of December 2022, its entrances, and its neighbours that do not deadlock (kernel
 * reference 6.2).
 */
import { MILLISECOND } from '@dragon/engine';
import { MOST_CPUS, nearest } from '@dragon/kernel';
import { between } from './latency.ts';
import {
  bigCache,
  burst,
  frozenFs,
  pressure,
  quotaAndLowSpace,
  RECORDED_PRESSURE,
  recordedStorm,
  unlinkStorm,
} from './cost-scenarios.ts';
import { manyCpus } from './many-cpus.ts';
import { type CpuLimit, planningWorld, type Scenario, ScenarioError } from './scenario.ts';
import { allocator, closer, dropCaches, repairThread, umounter, unlinker } from './threads.ts';
import { cachedInodes, type ThreadSpec, type WorldSpec } from './world.ts';

/** Above the low watermark (1286 pages), but not by much. */
const FREE = 1_500;
/** Brings free memory below low and not below min: kswapd wakes, nobody reclaims directly. */
const MODEST = 400;
/** The same where drop_caches gives back what it finds meanwhile. */
const PRESSING = 640;
/** Brings it below min: the allocator has to reclaim. */
const GREEDY = 640;
const ALL_AGS = [0, 1, 2, 3];
const REPAIR_START = [10, 15] as const;

/**
 * Repair has AG 0 from about 15 ms on; the worker of CPU 0 then meets an unlinked inode of AG 0. On other CPUs files of
 * other AGs are closed.
 */
function jammedWorker(cpus: number, repairedAg = 0): ThreadSpec[] {
  const elsewhere = Array.from({ length: cpus - 1 }, (_, i) => closer(i + 1, i + 1, 1 + (i % 2), 3, [50, 60]));
  return [repairThread(repairedAg, REPAIR_START), closer(0, 0, 0, 3, [50, 60]), ...elsewhere];
}

/**
 * Seven tasks get into the jam: they unlink in AG 0. Three that close files on CPU 0 get through: each one's inode
 * takes the pending work from under kswapd's flush, kswapd goes on for one inode and does the same to them (traces,
 * derived fact 5).
 */
function bystanders(cpus: number): ThreadSpec[] {
  const removers = Array.from({ length: 7 }, (_, i) => unlinker(i, i % cpus, 0, 2, [300, 400]));
  const closers = Array.from({ length: 3 }, (_, i) => closer(cpus + i, 0, 2, 2, [400, 500]));
  return [...removers, ...closers];
}

const seed = (cpus: number): WorldSpec => ({
  lru: cachedInodes(2048, ALL_AGS, 'postEof'),
  free: FREE,
  kswapdCpus: [0],
  threads: [...jammedWorker(cpus), allocator(0, 0, MODEST, [200, 220]), ...bystanders(cpus)],
});

/** The memory of the node is the same for any number of CPUs, and has to hold what their tasks own. */
const bound = (maxCpus: number): CpuLimit => ({
  maxCpus,
  because: 'what their tasks own does not fit into its memory',
});

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'seed-deadlock',
    about: 'the three-party deadlock of December 2022: kswapd, inodegc worker, online repair',
    minCpus: 1,
    plan: planningWorld(seed),
  },
  {
    name: 'seed-direct-reclaim',
    about: 'the same cycle entered by a task in direct reclaim (kswapd has given up)',
    minCpus: 1,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      kswapdFailures: 16,
      threads: [...jammedWorker(cpus), allocator(0, 0, GREEDY, [200, 220]), ...bystanders(cpus)],
    })),
  },
  {
    name: 'seed-drop-caches',
    about: 'the same cycle entered by echo 2 > /proc/sys/vm/drop_caches',
    minCpus: 1,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      threads: [...jammedWorker(cpus), dropCaches(0, [200, 220]), ...bystanders(cpus)],
    })),
  },
  {
    name: 'other-ag',
    about: 'neighbour: repair works on an AG that no queued inode needs',
    minCpus: 1,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      lru: cachedInodes(2048, [0, 1, 2], 'postEof'),
      threads: [...jammedWorker(cpus, 3), allocator(0, 0, MODEST, [200, 220])],
    })),
  },
  {
    name: 'other-cpu',
    about: 'neighbour: kswapd runs on a CPU whose worker is not stuck',
    minCpus: 2,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      lru: cachedInodes(2048, [1, 2, 3], 'postEof'),
      kswapdCpus: [1],
      threads: [...jammedWorker(cpus), allocator(0, 1, MODEST, [200, 220])],
    })),
  },
  {
    name: 'short-queue',
    about: 'neighbour: fewer than 258 inodes to evict, and no shrinker hits',
    minCpus: 1,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      lru: cachedInodes(200, ALL_AGS, 'postEof'),
      threads: [...jammedWorker(cpus), allocator(0, 0, MODEST, [200, 220])],
    })),
  },
  {
    name: 'repair-first',
    about: "neighbour: repair queues for the shrinker list before kswapd comes, so kswapd's trylock fails",
    minCpus: 2,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      lru: cachedInodes(2048, [1, 2, 3], 'clean'),
      threads: [
        repairThread(0, [10, 11]),
        closer(0, 0, 0, 3, [50, 60]),
        dropCaches(1, [100, 100]),
        allocator(0, 0, PRESSING, [104, 105]),
      ],
      latency: { rebuild: between(91 * MILLISECOND, 92 * MILLISECOND) },
    })),
  },
  {
    name: 'nofs-caller',
    about: 'neighbour: the reclaimer is in a NOFS context, where the superblock shrinker stops at once',
    minCpus: 1,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      kswapdFailures: 16,
      threads: [...jammedWorker(cpus), allocator(0, 0, GREEDY, [200, 220], false)],
    })),
  },
  {
    name: 'umount-in-progress',
    about: 'neighbour: s_umount is held for writing, so the superblock shrinker stops at once',
    minCpus: 1,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      threads: [...jammedWorker(cpus), umounter([100, 120]), allocator(0, 0, MODEST, [200, 220])],
    })),
  },
  {
    name: 'migrating-kswapd',
    about: 'kswapd may wake up on any CPU, and one has a stuck worker: the seed decides whether it comes there',
    minCpus: 2,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      lru: cachedInodes(2048, [1, 2, 3], 'postEof'),
      kswapdCpus: Array.from({ length: cpus }, (_, cpu) => cpu),
    })),
  },
  {
    name: 'stuck-disk',
    about: 'no cycle: repair waits for a disk that never answers, and everybody else for repair',
    minCpus: 1,
    plan: planningWorld((cpus) => ({
      ...seed(cpus),
      threads: seed(cpus).threads.map((thread) =>
        thread.id === 'repair/0' ? repairThread(0, REPAIR_START, true) : thread,
      ),
    })),
  },
  {
    name: 'unlink-storm',
    about: 'files are removed as in the traces: rm -rf, several unlinkers, slow ones, a burst and statfs',
    minCpus: 1,
    limit: bound(64),
    plan: planningWorld((cpus) => unlinkStorm(cpus, recordedStorm(cpus))),
  },
  {
    name: 'burst',
    about: '64 unlinks 0.1 ms apart, then statfs: what a queue holds when nobody waits',
    minCpus: 1,
    plan: planningWorld(burst),
  },
  {
    name: 'pressure',
    about: 'memory pressure as in the trace: 45,900 cached inodes, a hog, a stream, files that come and go',
    minCpus: 1,
    plan: planningWorld((cpus) => pressure(cpus, RECORDED_PRESSURE)),
  },
  {
    name: 'big-cache',
    about: 'the argument of the mail: 500,000 cached inodes and a demand for memory that only they can meet',
    minCpus: 1,
    plan: planningWorld((cpus) => bigCache(cpus, 500_000)),
  },
  {
    name: 'big-cache-50k',
    about: 'big-cache with a tenth of the inodes: for many seeds',
    minCpus: 1,
    plan: planningWorld((cpus) => bigCache(cpus, 50_000)),
  },
  {
    name: 'big-cache-wandering',
    about: 'big-cache-50k with a kswapd that wakes up on any CPU, and so feeds every worker',
    minCpus: 2,
    plan: planningWorld((cpus) => ({
      ...bigCache(cpus, 50_000),
      kswapdCpus: Array.from({ length: cpus }, (_, cpu) => cpu),
    })),
  },
  {
    name: 'frozen-fs',
    about: 'memory runs short while the file system is frozen, so that inodes queue without bound',
    minCpus: 1,
    limit: bound(256),
    plan: planningWorld(frozenFs),
  },
  {
    name: 'quota-and-low-space',
    about: 'little space left, owners near their quota: every inode starts its worker at once',
    minCpus: 1,
    limit: bound(64),
    plan: planningWorld(quotaAndLowSpace),
  },
  {
    name: 'many-cpus',
    about: 'a machine that grows with its CPUs: memory, allocation groups, tasks that remove files, but one kswapd',
    minCpus: 1,
    limit: { maxCpus: MOST_CPUS, because: 'a node for more has more pages than can be counted' },
    plan: planningWorld(manyCpus),
  },
];

/** Returns the scenario of that name; throws `ScenarioError`. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found) return found;
  const names = SCENARIOS.map((scenario) => scenario.name);
  const guess = nearest(name, names);
  throw new ScenarioError(
    `unknown scenario '${name}'${guess === undefined ? '' : `; did you mean ${guess}?`} (one of: ${names.join(', ')})`,
  );
}
