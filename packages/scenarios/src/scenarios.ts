/**
 * The scenarios: the deadlock of December 2022, its entrances, and its neighbours that do not deadlock (kernel
 * reference 6.2).
 */
import { MILLISECOND } from '@dragon/engine';
import { MOST_CPUS, nearest } from '@dragon/kernel';
import { BOOT_SCENARIOS } from './boot-scenarios.ts';
import { between } from './latency.ts';
import {
  BIG_CACHE,
  bigCache,
  burst,
  FROZEN_FS,
  frozenFs,
  pressure,
  quotaAndLowSpace,
  QUOTA_AND_LOW_SPACE,
  RECORDED_PRESSURE,
  RECORDED_STORM,
  recordedStorm,
  sharedHost,
  unlinkStorm,
} from './cost-scenarios.ts';
import { manyCpus } from './many-cpus.ts';
import {
  agsTo,
  countParameter,
  inodesParameter,
  instantParameter,
  memoryParameter,
  startingFrom,
} from './own-parameters.ts';
import { type CpuLimit, planningWorld, type Scenario, ScenarioError } from './scenario.ts';
import {
  bystanders,
  DEMAND,
  FREE,
  GREEDY,
  INODES,
  jammedWorker,
  MODEST,
  PRESSING,
  REPAIR_START,
  ROOM_FOR_WORKERS,
  SEED,
  seed,
  seedAlone,
  TASKS,
} from './seed-worlds.ts';
import { allocator, closer, dropCaches, repairThread, umounter } from './threads.ts';
import {
  FRAGMENTED_FILES,
  fragmentedFiles,
  SLOW_SHRINKER,
  slowShrinker,
  UMOUNT_EVICTS,
  umountEvicts,
} from './wait-scenarios.ts';
import { cachedInodes, type ThreadSpec } from './world.ts';

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
    ...planningWorld(seed, SEED(MODEST)),
  },
  {
    name: 'seed-direct-reclaim',
    about: 'the same cycle entered by a task in direct reclaim (kswapd has given up)',
    minCpus: 1,
    ...planningWorld((cpus, values) => ({ ...seed(cpus, values), kswapdFailures: 16 }), SEED(GREEDY)),
  },
  {
    name: 'seed-drop-caches',
    about: 'the same cycle entered by echo 2 > /proc/sys/vm/drop_caches',
    minCpus: 1,
    ...planningWorld(
      (cpus, { at, tasks, ...values }) => ({
        ...seed(cpus, { ...values, at, tasks, demand: 0 }),
        threads: [...jammedWorker(cpus), dropCaches(0, startingFrom(at, 20)), ...bystanders(cpus, tasks)],
      }),
      { ...INODES, at: instantParameter('when the caches are dropped', 200), tasks: TASKS },
    ),
  },
  {
    name: 'other-ag',
    about: 'neighbour: repair works on an AG that no queued inode needs',
    minCpus: 1,
    ...planningWorld(
      (cpus, values) => ({
        ...seedAlone(cpus, values, 3),
        ...ROOM_FOR_WORKERS,
        threads: [...jammedWorker(cpus, 3), allocator(0, 0, values.demand, startingFrom(values.at, 20))],
      }),
      DEMAND(MODEST),
    ),
  },
  {
    name: 'other-cpu',
    about: 'neighbour: kswapd is bound to a CPU whose worker is not stuck',
    minCpus: 2,
    ...planningWorld(
      (cpus, values) => ({
        ...seedAlone(cpus, values, 0),
        ...ROOM_FOR_WORKERS,
        kswapdCpus: [1],
        threads: [...jammedWorker(cpus), allocator(0, 1, values.demand, startingFrom(values.at, 20))],
      }),
      DEMAND(MODEST),
    ),
  },
  {
    name: 'short-queue',
    about: 'neighbour: fewer than 258 inodes to evict, and no shrinker hits',
    minCpus: 1,
    ...planningWorld((cpus, values) => seedAlone(cpus, values), {
      ...DEMAND(MODEST),
      inodes: inodesParameter(200),
    }),
  },
  {
    name: 'repair-first',
    about: "neighbour: repair queues for the shrinker list before kswapd comes, so kswapd's trylock fails",
    minCpus: 2,
    ...planningWorld(
      (_cpus, { inodes, ags, demand, at }) => ({
        lru: cachedInodes(inodes, agsTo(ags).slice(1), 'clean'),
        ags,
        bound: true,
        free: FREE,
        threads: [
          repairThread(0, [10, 11]),
          closer(0, 0, 0, 3, [50, 60]),
          dropCaches(1, [100, 100]),
          allocator(0, 0, demand, startingFrom(at, 1)),
        ],
        latency: { rebuild: between(91 * MILLISECOND, 92 * MILLISECOND) },
      }),
      { ...DEMAND(PRESSING), at: instantParameter('when memory runs short', 104) },
    ),
  },
  {
    name: 'nofs-caller',
    about: 'neighbour: the reclaimer is in a NOFS context, where the superblock shrinker stops at once',
    minCpus: 1,
    ...planningWorld(
      (cpus, values) => ({
        ...seedAlone(cpus, values),
        kswapdFailures: 16,
        threads: [...jammedWorker(cpus), allocator(0, 0, values.demand, startingFrom(values.at, 20), false)],
      }),
      DEMAND(GREEDY),
    ),
  },
  {
    name: 'umount-in-progress',
    about: 'neighbour: s_umount is held for writing, so the superblock shrinker stops at once',
    minCpus: 1,
    ...planningWorld(
      (cpus, values) => ({
        ...seedAlone(cpus, values),
        threads: [
          ...jammedWorker(cpus),
          umounter([100, 120]),
          allocator(0, 0, values.demand, startingFrom(values.at, 20)),
        ],
      }),
      DEMAND(MODEST),
    ),
  },
  {
    name: 'stuck-disk',
    about: 'no cycle: repair waits for a disk that never answers, and everybody else for repair',
    minCpus: 1,
    ...planningWorld((cpus, values) => {
      const world = seed(cpus, values);
      const stuck = (thread: ThreadSpec) => (thread.id === 'repair/0' ? repairThread(0, REPAIR_START, true) : thread);
      return { ...world, threads: world.threads.map(stuck) };
    }, SEED(MODEST)),
  },
  {
    name: 'unlink-storm',
    about: 'files are removed as in the traces: rm -rf, several unlinkers, slow ones, a burst and statfs',
    minCpus: 1,
    limit: bound(64),
    ...planningWorld((cpus, values) => unlinkStorm(cpus, recordedStorm(values)), RECORDED_STORM),
  },
  {
    name: 'shared-host',
    about: 'a virtual machine whose CPUs run in turn on one thread of their host, with an unlinker for each',
    minCpus: 2,
    limit: bound(64),
    ...planningWorld((cpus, { files }) => sharedHost(cpus, files), {
      files: countParameter('files of each unlinker', 600, 200_000),
    }),
  },
  {
    name: 'burst',
    about: '64 unlinks 0.1 ms apart, then statfs: what a queue holds when nobody waits',
    minCpus: 1,
    ...planningWorld((cpus, { files, at }) => burst(cpus, files, at), {
      files: countParameter('files that are removed', 64, 200_000),
      at: instantParameter('when the first of them is', 1),
    }),
  },
  {
    name: 'pressure',
    about: 'memory pressure as in the trace: 45,900 cached inodes, a hog, a stream, files that come and go',
    minCpus: 1,
    ...planningWorld(
      (cpus, { inodes, hog, stream, files, 'stream-at': at }) =>
        pressure(cpus, {
          ...RECORDED_PRESSURE,
          cachedInodes: inodes,
          hogPages: hog,
          streamPages: stream,
          streamAfterMs: at / MILLISECOND,
          churnFiles: files,
        }),
      {
        inodes: inodesParameter(RECORDED_PRESSURE.cachedInodes),
        hog: memoryParameter('memory that the hog takes', RECORDED_PRESSURE.hogPages, 1),
        stream: memoryParameter('size of the file that is written and read back', RECORDED_PRESSURE.streamPages),
        'stream-at': instantParameter('when that begins', RECORDED_PRESSURE.streamAfterMs),
        files: countParameter('files that come and go', RECORDED_PRESSURE.churnFiles, 200_000, 0),
      },
    ),
  },
  {
    name: 'big-cache',
    about: 'the argument of the mail: 500,000 cached inodes and a demand for memory that only they can meet',
    minCpus: 1,
    ...planningWorld(bigCache, BIG_CACHE(500_000)),
  },
  {
    name: 'big-cache-50k',
    about: 'big-cache with a tenth of the inodes: for many seeds',
    minCpus: 1,
    ...planningWorld(bigCache, BIG_CACHE(50_000)),
  },
  ...BOOT_SCENARIOS,
  {
    name: 'frozen-fs',
    about: 'memory runs short while the file system is frozen, so that inodes queue without bound',
    minCpus: 1,
    limit: bound(256),
    ...planningWorld(frozenFs, FROZEN_FS),
  },
  {
    name: 'quota-and-low-space',
    about: 'little space left, owners near their quota: every inode starts its worker at once',
    minCpus: 1,
    limit: bound(64),
    ...planningWorld(quotaAndLowSpace, QUOTA_AND_LOW_SPACE),
  },
  {
    name: 'fragmented-files',
    about: 'rm -rf of files in many pieces: who waits for the worker, beside rm: close, lookups, and statfs up to 5.18',
    minCpus: 1,
    limit: bound(256),
    ...planningWorld(fragmentedFiles, FRAGMENTED_FILES),
  },
  {
    name: 'umount-evicts',
    about: 'umount evicts all cached inodes itself, and is throttled like anybody else',
    minCpus: 1,
    ...planningWorld(umountEvicts, UMOUNT_EVICTS),
  },
  {
    name: 'slow-shrinker',
    about: "reclaim waits in somebody else's shrinker for an NFS server: who mounts or unmounts waits for reclaim",
    minCpus: 1,
    ...planningWorld(slowShrinker, SLOW_SHRINKER),
  },
  {
    name: 'many-cpus',
    about: 'a machine that grows with its CPUs: memory, allocation groups, tasks that remove files, but one kswapd',
    minCpus: 1,
    limit: { maxCpus: MOST_CPUS, because: 'a node for more has more pages than can be counted' },
    ...planningWorld(manyCpus),
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
