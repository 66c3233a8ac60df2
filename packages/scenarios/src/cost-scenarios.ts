/**
 * The scenarios that ask what a policy costs: inactivation under load, as the traces recorded it, and memory pressure
 * on large inode caches.
 */
import { type Latency, MILLISECOND } from '@dragon/engine';
import { between } from './latency.ts';
import {
  AGS_PARAMETER,
  agsTo,
  countParameter,
  inodesParameter,
  instantParameter,
  memoryParameter,
  startingFrom,
} from './own-parameters.ts';
import { churner, freezer, hog, stream, unlinker } from './threads.ts';
import { cachedInodes, type WorldSpec } from './world.ts';

const ALL_AGS = [0, 1, 2, 3];

/** Values of such parameters. */
type Valued<Own> = { readonly [Key in keyof Own]: number };

/** A node on which memory is no concern: watermarks of 1 GiB, and most of it free. */
const PLENTY = { free: 200_000 };

/**
 * A phase of an unlink storm: `tasks` tasks remove `files` files each, `apartMs` apart (0: as fast as they can), from
 * `atMs` on.
 */
export interface UnlinkPhase {
  readonly atMs: number;
  readonly comm: string;
  readonly tasks: number;
  readonly files: number;
  readonly apartMs: number;
  /** statfs at the end. */
  readonly statfs: boolean;
}

/** The phases of the traces on one CPU and on four, in proportion on others. */
export const RECORDED_STORM = {
  files: countParameter(
    'files that rm -rf removes, and each unlinker after it',
    (cpus) => (cpus === 1 ? 5_000 : 3_000),
    200_000,
  ),
  tasks: countParameter('unlinkers at once', (cpus) => (cpus === 1 ? 2 : cpus), 1_000),
};

export function recordedStorm({ files, tasks }: Valued<typeof RECORDED_STORM>): UnlinkPhase[] {
  const phase = (atMs: number, comm: string, count: number, each: number, apartMs = 0): UnlinkPhase => ({
    atMs,
    comm,
    tasks: count,
    files: each,
    apartMs,
    statfs: apartMs === 0.1,
  });
  return [
    phase(1, 'rm', 1, files),
    phase(800, 'unlink', tasks, files),
    phase(2_400, 'slowrm', 1, 150, 10),
    phase(4_100, 'slowrm', 1, 150, 1),
    phase(4_500, 'slowrm', 1, 64, 0.1),
  ];
}

/** usleep wakes up 55 to 70 us late (unlink-storm). */
const sleepOf = (ms: number): Latency => between(ms * MILLISECOND + 55_000, ms * MILLISECOND + 70_000);

/** `rm -rf`; several unlinkers at once; unlinks some time apart; a burst with a statfs behind it. */
export function unlinkStorm(cpus: number, phases: readonly UnlinkPhase[]): WorldSpec {
  let index = 0;
  const threads = phases.flatMap(({ atMs, comm, tasks, files, apartMs, statfs }) =>
    Array.from({ length: tasks }, (_, i) => {
      const pause = apartMs > 0 ? { pause: pauseName(apartMs) } : {};
      const options = { comm, ...pause, ...(statfs ? { statfs: cpus } : {}) };
      index += 1;
      return unlinker(index, i % cpus, i % 4, files, [atMs, atMs + 1], options);
    }),
  );
  const pauses = phases.filter(({ apartMs }) => apartMs > 0);
  const latency = Object.fromEntries(pauses.map(({ apartMs }) => [pauseName(apartMs), sleepOf(apartMs)]));
  return { ...PLENTY, threads, latency };
}

/** An unlinker a CPU, and all CPUs of one thread of the host. */
export function sharedHost(cpus: number, files: number): WorldSpec {
  const all = { atMs: 1, comm: 'unlink', tasks: cpus, files, apartMs: 0, statfs: false };
  return { ...unlinkStorm(cpus, [all]), oneHostThread: true };
}

const pauseName = (ms: number): string => `sleep ${ms} ms`;

/** Unlinks 0.1 ms apart, then statfs at once. */
export function burst(cpus: number, files: number, at = MILLISECOND): WorldSpec {
  return unlinkStorm(cpus, [{ atMs: at / MILLISECOND, comm: 'slowrm', tasks: 1, files, apartMs: 0.1, statfs: true }]);
}

/** Counts of memory are pages. */
export interface Pressure {
  readonly cachedInodes: number;
  readonly managed: number;
  readonly free: number;
  readonly minFreeKbytes: number;
  readonly hogPages: number;
  readonly streamPages: number;
  readonly streamAfterMs: number;
  readonly churnFiles: number;
}

/**
 * The machine of the pressure trace, read off it by hand: free memory is what the hog
 * had taken when kswapd was first woken; the superblock counted 45,900 objects more than the trace had seen become
 * reclaimable; transparent huge pages had raised min_free_kbytes.
 */
export const RECORDED_PRESSURE: Pressure = {
  cachedInodes: 45_900,
  managed: 252_699,
  free: 209_083,
  minFreeKbytes: 46_472,
  hogPages: 194_560,
  streamPages: 51_200,
  streamAfterMs: 3_008,
  churnFiles: 12_500,
};

/**
 * Many cached inodes with blocks past end of file; files that come and go; a hog that takes most of memory; a stream of
 * page cache.
 */
export function pressure(cpus: number, given: Pressure): WorldSpec {
  const on = (thread: number): number => thread % cpus;
  return {
    managed: given.managed,
    minFreeKbytes: given.minFreeKbytes,
    free: given.free,
    cached: cachedInodes(given.cachedInodes, ALL_AGS, 'postEof'),
    buffers: 1_600,
    // They were made just before, and none of them had been written: the guest's icluster counts are 0.
    inAil: given.cachedInodes,
    headersInAil: true,
    threads: [
      ...(given.churnFiles > 0 ? [churner(on(1), given.churnFiles, [1, 2])] : []),
      hog(0, on(0), given.hogPages, 256, [3, 4]),
      ...(given.streamPages > 0
        ? [stream(on(2), given.streamPages, [given.streamAfterMs, given.streamAfterMs + 1])]
        : []),
    ],
  };
}

const GIB = 262_144;

/**
 * The argument of the mail: hundreds of thousands of cached inodes, all of which need inactivation, and a demand for
 * memory that only they can meet. 2 GiB, of which the inodes take 0.5; there is next to no page cache, which is all
 * that the allocator looks at before it gives up.
 */
export function bigCache(
  cpus: number,
  { inodes, ags, demand, tasks, at }: Valued<ReturnType<typeof BIG_CACHE>>,
): WorldSpec {
  return {
    managed: 2 * GIB,
    free: FREE,
    lruFile: 1_000,
    lru: cachedInodes(inodes, agsTo(ags), 'postEof'),
    ags,
    threads: Array.from({ length: tasks }, (_, i) =>
      hog(i, (i + 1) % cpus, Math.floor(demand / tasks), 256, startingFrom(at, 10)),
    ),
  };
}

const FREE = 24_000;

/** What may be set of it. Together, the hogs want what is free and what the inodes occupy: it can be met. */
export const BIG_CACHE = (usual: number) => ({
  inodes: inodesParameter(usual),
  ags: AGS_PARAMETER,
  demand: memoryParameter(
    'memory that the hogs want together',
    // But for a tenth and what boosted watermarks keep.
    (_, { inodes = 0 }) => FREE + Math.max(0, Math.floor(Math.ceil(inodes / 4) * 0.9) - 5_500),
    1,
  ),
  tasks: countParameter('hogs', (cpus) => Math.max(1, Math.min(cpus - 1, 4)), 256),
  at: instantParameter('when they begin', 10),
});

/**
 * Memory is short while the file system is frozen for 5 s: those who remove files wait for the thaw, and nothing bounds
 * the queues of what reclaim evicts. Before there were workers reclaim waits, too, and the thaw for it.
 */
export function frozenFs(cpus: number, values: Valued<typeof FROZEN_FS>): WorldSpec {
  const { inodes, ags, files, hog: hogPages, at, 'hog-at': hogAt } = values;
  return {
    free: 12_000,
    lruFile: 60_000,
    lru: cachedInodes(inodes, agsTo(ags), 'postEof'),
    ags,
    threads: [
      freezer(0, cpus, startingFrom(at, 10)),
      ...Array.from({ length: cpus }, (_, i) => unlinker(i, i, i % ags, files, [40, 45])),
      hog(0, cpus - 1, hogPages, 256, startingFrom(hogAt, 10)),
    ],
    latency: { frozen: { kind: 'fixed', ns: values.for } },
  };
}

export const FROZEN_FS = {
  inodes: inodesParameter(100_000),
  ags: AGS_PARAMETER,
  files: countParameter('files that a task on each CPU removes', 2_000, 50_000),
  at: instantParameter('when the file system is frozen', 50),
  for: instantParameter('how long it stays frozen', 5_000),
  hog: memoryParameter('memory that the hog takes', 50_000, 1),
  'hog-at': instantParameter('when it begins', 200),
};

/** Little space left and owners near their quota: every inode starts its worker at once, so batches are small. */
export function quotaAndLowSpace(
  cpus: number,
  { ags, tasks, files, at }: Valued<typeof QUOTA_AND_LOW_SPACE>,
): WorldSpec {
  return {
    ...PLENTY,
    ags,
    lowSpace: true,
    threads: Array.from({ length: tasks }, (_, i) =>
      unlinker(i, i % cpus, i % ags, files, startingFrom(at, 4), { comm: 'unlink', nearQuota: i % 2 === 0 }),
    ),
  };
}

export const QUOTA_AND_LOW_SPACE = {
  ags: AGS_PARAMETER,
  tasks: countParameter('tasks that remove files', (cpus) => 2 * cpus, 1_000),
  files: countParameter('files that each removes', 1_500, 200_000),
  at: instantParameter('when they begin', 1),
};
