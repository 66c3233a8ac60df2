/**
 * The large scenarios, small enough for a test to look at every event or to run many of them. Counts of memory are
 * pages.
 */
import type { Plan } from '@dragon/engine';
import { parsePolicy, profileNamed } from '@dragon/kernel';
import {
  allocator,
  cachedInodes,
  closer,
  parameterValues,
  planWorld,
  repairThread,
  type RunSettings,
  type ThreadSpec,
  type WorldSpec,
} from '@dragon/scenarios';
import { IDLE_FS, idleFs, late, LATE, ONE_HOG, oneHog } from '../../packages/scenarios/src/boot-scenarios.ts';
import {
  BIG_CACHE,
  bigCache,
  FROZEN_FS,
  frozenFs,
  pressure,
  QUOTA_AND_LOW_SPACE,
  quotaAndLowSpace,
  RECORDED_STORM,
  recordedStorm,
  unlinkStorm,
} from '../../packages/scenarios/src/cost-scenarios.ts';
import { SLOW_SHRINKER, slowShrinker } from '../../packages/scenarios/src/wait-scenarios.ts';

/** A thread with other parameters. */
const withParams = (thread: ThreadSpec, params: ThreadSpec['params']): ThreadSpec => ({
  ...thread,
  params: { ...thread.params, ...params },
});

/** A thread that owns so many inodes. */
const withFiles = (thread: ThreadSpec, count: number): ThreadSpec =>
  thread.inodes === undefined ? thread : { ...thread, inodes: { ...thread.inodes, count } };

/**
 * The argument of the mail in small: 512 MiB, of which the inodes' slabs are a quarter of `inodes`. The hogs want what
 * is free and two fifths of the slabs: more than the inodes that need no inactivation give, and so little that it can
 * be had even with the watermarks boosted.
 */
export function smallBigCache(cpus: number, inodes = 20_000, lruFile = 0): WorldSpec {
  const free = 6_000;
  const world = bigCache(cpus, parameterValues(BIG_CACHE(inodes), cpus));
  const hogs = world.threads.length;
  const demand = free + Math.floor(inodes / 10);
  return {
    ...world,
    managed: 131_072,
    free,
    lruFile,
    threads: world.threads.map((thread) => withParams(thread, { pages: Math.floor(demand / hogs), chunk: 64 })),
  };
}

/** The recorded guests in small: 80 MiB, 3,000 inodes, tasks that want 2 MiB more than is free. */
const SMALL_GUEST = { memory: 20_480, free: 4_096, inodes: 3_000, demand: 4_608, buffers: 100 };
export const smallOneHog = (cpus: number): WorldSpec => oneHog(cpus, parameterValues(ONE_HOG, cpus, SMALL_GUEST));
export const smallLate = (cpus: number): WorldSpec =>
  late(cpus, parameterValues(LATE, cpus, { ...SMALL_GUEST, late: 512, step: 64 }));
export const smallIdleFs = (cpus: number): WorldSpec =>
  idleFs(cpus, parameterValues(IDLE_FS, cpus, { ...SMALL_GUEST, at: 3_000_000_000 }));

/** Every inhabitant of the recorded pressure, and direct reclaim. */
export function smallPressure(cpus: number, inodes = 3_000): WorldSpec {
  return pressure(cpus, {
    cachedInodes: inodes,
    managed: 40_000,
    free: 8_000,
    minFreeKbytes: 4_096,
    hogPages: 10_800,
    streamPages: 1_500,
    streamAfterMs: 60,
    churnFiles: 600,
  });
}

export function smallFrozenFs(cpus: number, inodes = 3_000, files = 500): WorldSpec {
  const world = frozenFs(cpus, parameterValues(FROZEN_FS, cpus));
  const lru = (world.lru ?? []).slice(0, Math.ceil(inodes / 64));
  const threads = world.threads.map((thread) => {
    if (thread.id.startsWith('unlinker/')) return withFiles(thread, files);
    return thread.id.startsWith('hog/') ? withParams(thread, { pages: 7_000 }) : thread;
  });
  return { ...world, managed: 65_536, free: 4_000, lruFile: 4_000, lru, threads };
}

/** 2,000 inodes of an NFS mount that answer in 1 ms each, and a mounter beside them. */
export const smallSlowShrinker = (cpus: number): WorldSpec =>
  slowShrinker(
    cpus,
    parameterValues(SLOW_SHRINKER, cpus, {
      objects: 2_000,
      answer: 1_000_000,
      mounters: 1,
      inodes: 3_000,
      demand: 11_000,
    }),
  );

/** `pause` names the latency of a sleep after each file. */
export function smallQuotaAndLowSpace(cpus: number, files = 150, pause: string | null = null): WorldSpec {
  const world = quotaAndLowSpace(cpus, parameterValues(QUOTA_AND_LOW_SPACE, cpus));
  return { ...world, threads: world.threads.map((thread) => withFiles(withParams(thread, { pause }), files)) };
}

/** The phases of the recorded storm, with a tenth of their files. */
export function smallStorm(cpus: number): WorldSpec {
  const phases = recordedStorm(parameterValues(RECORDED_STORM, cpus)).map((phase) => ({
    ...phase,
    files: Math.ceil(phase.files / 10),
  }));
  return unlinkStorm(cpus, phases);
}

/**
 * The seed deadlock with two cached inodes on one CPU, without a scheduler and with small geometry: small enough to go
 * through every order of its messages. kswapd wakes when the allocator has its pages.
 */
export function tinyWorld({ policy = '' }: { readonly policy?: string }): Plan {
  const world: WorldSpec = {
    lru: cachedInodes(2, [0], 'postEof'),
    free: 1_290,
    kswapdCpus: [0],
    threads: [repairThread(0, [0, 0]), closer(0, 0, 0, 1, [0, 0]), allocator(0, 0, 40, [0, 0])],
  };
  return planSmall(() => world, { policy, cpus: 1, scheduled: false, geometry: TINY });
}

/** One priority, one inode at a time, a queue of two. */
const TINY = {
  defPriority: 1,
  evictBatch: 1,
  inodegcMaxBacklog: 0,
  inodesPerCluster: 1,
  maxReclaimRetries: 2,
} as const;

/** Returns the plan of such a world. */
export function planSmall(
  world: (cpus: number) => WorldSpec,
  {
    policy = '',
    cpus = 2,
    seed = 1,
    until = 20_000_000_000,
    keepGoing = false,
    ...others
  }: Partial<Omit<RunSettings, 'policy'>> & { readonly policy?: string } = {},
): Plan {
  const { policy: base, release } = profileNamed('v6.1');
  const asked = { policy: parsePolicy(policy, base), release, cpus, seed, until, keepGoing };
  return planWorld(world(cpus), { ...asked, ...others });
}
