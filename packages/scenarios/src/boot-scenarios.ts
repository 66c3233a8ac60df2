/**
 * The scenarios of the recorded boots: an unmodified Debian 6.1.192 in a guest of 384 MiB, with the patch of the mail
 * and without. 50,000 cached inodes with blocks past EOF, no page cache, and a hog that wants 25 MiB more than is free;
 * a second task that first touches its memory 5 s later (late); all inodes inactivated by drop_caches before the hog
 * comes (idle-fs). The guest's CPUs are emulated: their cost is one factor, fitted to one group of boots, and what a
 * switch costs is estimated; the rest is what their consoles say. Leaves out the guest's second zone, of which only
 * lowmem_reserve is taken off, per-CPU page lists, and slabs of others that shrinkers reach.
 */
import { MICROSECOND, MILLISECOND } from '@dragon/engine';
import { between } from './latency.ts';
import { AGS_PARAMETER, countParameter, inodesParameter, instantParameter, memoryParameter } from './own-parameters.ts';
import { planningWorld, type Scenario } from './scenario.ts';
import { dropCaches } from './threads.ts';
import { cachedInodes, type ThreadSpec, type WorldSpec } from './world.ts';

const MIB = 256;

/**
 * The guest's slowness, the one factor that is fitted: with it the worker has inactivated as many inodes a second, from
 * the hog's beginning to its first out_of_memory(), as in the median of the three boots c1x25 with throttle=always
 * (3,390; this gives 3,330, 260 gives 3,465 and 295 gives 3,110).
 */
const EMULATED_CPU_PERCENT = 270;

/**
 * Until another kworker of the pool is awake and runs a barrier, and the flusher after it: two switches, which cost an
 * emulated CPU more than their instructions. Estimated; two evictors that let each other through so evict some 6,700
 * inodes a second in the console of late1s0-1.
 */
const EMULATED_WAKE_WORKER = between(100 * MICROSECOND, 200 * MICROSECOND);

/** Its next tick comes 24 s after the hog: median of the consoles that have one. */
const LOG_WORKER_AT_MS = 25_000;

/** Free when the hog begins, /proc/meminfo. */
const freeOf = (cpus: number): number => (cpus === 1 ? 154 : 148) * MIB;

/** What all of them have; instants count from the beginning of the run, which is a second before the first task. */
export const ONE_HOG = {
  memory: memoryParameter('memory of the node, as MemTotal says', (cpus) => (cpus === 1 ? 75_623 : 75_437), 16 * MIB),
  free: memoryParameter('free memory when the first task begins', freeOf),
  inodes: inodesParameter(50_000),
  ags: AGS_PARAMETER,
  buffers: countParameter('cached buffers of the file system', 2_000, 1_000_000, 0),
  demand: memoryParameter('memory that the hog wants', (_, { free = 0 }) => Math.floor(free / MIB) * MIB + 25 * MIB, 1),
  step: memoryParameter('memory that it takes at a time', MIB, 1),
  at: instantParameter('when it begins', 1_000),
};

export const LATE = {
  ...ONE_HOG,
  late: memoryParameter('memory of the second task', 8 * MIB, 1),
  'late-at': instantParameter('when that first touches it', 6_000),
};

export const IDLE_FS = {
  ...ONE_HOG,
  free: memoryParameter('free memory when the first task begins', (cpus) => freeOf(cpus) + 2 * MIB),
  demand: memoryParameter('memory that the hog wants; 0: so much as `beyond` says', 0),
  beyond: memoryParameter('memory that it wants beyond what is free when it begins', 25 * MIB, 1),
  'drop-at': instantParameter('when drop_caches is written to', 1_000),
  at: instantParameter('when the hog begins', 13_000),
  late: memoryParameter('memory of a second task; 0: there is none', 0),
  'late-at': instantParameter('when that first touches it', 18_000),
};

type Valued<Own> = { readonly [Key in keyof Own]: number };

function guest(values: Valued<typeof ONE_HOG>, threads: readonly ThreadSpec[]): WorldSpec {
  const ags = Array.from({ length: values.ags }, (_, ag) => ag);
  return {
    managed: values.memory,
    free: Math.max(0, values.free - lowmemReserve(values.memory)),
    cached: cachedInodes(values.inodes, ags, 'postEof'),
    ags: values.ags,
    buffers: values.buffers,
    clusterBuffers: true,
    threads,
    cpuCost: EMULATED_CPU_PERCENT,
    latency: { wakeWorker: EMULATED_WAKE_WORKER },
    logWorkerAt: LOG_WORKER_AT_MS * MILLISECOND,
  };
}

/** What ZONE_DMA keeps from allocations that may be had of ZONE_DMA32: lowmem_reserve_ratio 256. */
const DMA_PAGES = 3_840;
const lowmemReserve = (managed: number): number => Math.max(0, Math.floor((managed - DMA_PAGES) / 256));

/** Both tasks are to be killed first: oom_score_adj is 1000. */
function toucher(id: string, comm: string, pages: number, chunk: number, at: number, beyond = 0): ThreadSpec {
  const params = { node: 0, pages, chunk, gfpFs: true, ...(beyond > 0 ? { beyond } : {}) };
  return { id, comm, startMs: [at / MILLISECOND, at / MILLISECOND], oomScoreAdj: 1_000, params };
}

const hogOf = ({ demand, step, at }: Valued<typeof ONE_HOG>): ThreadSpec => toucher('hog/0', 'hog', demand, step, at);

/** MemFree counts what lowmem_reserve keeps, too. */
function beyondHogOf({ memory, demand, beyond, step, at }: Valued<typeof IDLE_FS>): ThreadSpec {
  return toucher('hog/0', 'hog', demand, step, at, demand > 0 ? 0 : beyond + lowmemReserve(memory));
}

export function oneHog(_cpus: number, values: Valued<typeof ONE_HOG>): WorldSpec {
  return guest(values, [hogOf(values)]);
}

const lateOf = (values: Valued<typeof LATE>): ThreadSpec =>
  toucher('hog/1', 'late', values.late, values.step, values['late-at']);

export function late(_cpus: number, values: Valued<typeof LATE>): WorldSpec {
  return guest(values, [hogOf(values), lateOf(values)]);
}

export function idleFs(_cpus: number, values: Valued<typeof IDLE_FS>): WorldSpec {
  const dropMs = values['drop-at'] / MILLISECOND;
  const tasks = [beyondHogOf(values), dropCaches(0, [dropMs, dropMs])];
  return guest(values, values.late > 0 ? [...tasks, lateOf(values)] : tasks);
}

export const BOOT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'one-hog',
    about: 'a recorded guest: 50,000 cached inodes, no page cache, a hog that wants 25 MiB more than is free',
    minCpus: 1,
    ...planningWorld(oneHog, ONE_HOG),
  },
  {
    name: 'late',
    about: 'one-hog with a second task that first touches its 8 MiB 5 s later, when nothing is left to evict',
    minCpus: 1,
    ...planningWorld(late, LATE),
  },
  {
    name: 'idle-fs',
    about: 'one-hog on an idle file system whose inodes drop_caches has inactivated: all in the log, none written',
    minCpus: 1,
    ...planningWorld(idleFs, IDLE_FS),
  },
];
