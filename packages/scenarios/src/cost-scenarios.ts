/** The scenarios that ask what a policy costs: inactivation under load, as the traces recorded it, and memory pressure on large inode caches. */
import { churner, freezer, hog, stream, unlinker } from './threads.ts';
import { cachedInodes, type WorldSpec } from './world.ts';

const ALL_AGS = [0, 1, 2, 3];

/** A node on which memory is no concern: watermarks of 1 GiB, and most of it free. */
const PLENTY = { free: 200_000, kswapdCpus: [0] };

/** The phases of the unlink-storm traces: what is removed, how, and how long after the one before. Counts are files. */
export interface UnlinkStorm {
  readonly single: number;
  readonly unlinkers: number;
  readonly each: number;
  readonly slow: number;
  readonly slower: number;
  readonly burst: number;
}

/** As recorded on one CPU, and on four. */
export function recordedStorm(cpus: number): UnlinkStorm {
  const [single, unlinkers, each] = cpus === 1 ? [5_000, 2, 5_000] : [3_000, cpus, 3_000];
  return { single, unlinkers, each, slow: 150, slower: 150, burst: 64 };
}

/** `rm -rf`; several unlinkers at once; unlinks 10 ms, 1 ms and 0.1 ms apart, the last with a statfs behind them. */
export function unlinkStorm(cpus: number, storm: UnlinkStorm): WorldSpec {
  const { single, unlinkers, each, slow, slower, burst } = storm;
  const all = Array.from({ length: cpus }, (_, cpu) => cpu);
  const afterSingle = 300 + Math.ceil(single * 0.11);
  // A CPU spends 0.11 ms a file on unlinking and inactivating it.
  const afterMany = afterSingle + 300 + Math.ceil((unlinkers * each * 0.13) / Math.min(cpus, unlinkers));
  const afterSlow = afterMany + 150 + Math.ceil(slow * 10.2);
  const afterSlower = afterSlow + 150 + Math.ceil(slower * 1.3);
  const at = (ms: number): readonly [number, number] => [ms, ms + 1];
  const threads = [
    unlinker(0, 0, 0, single, at(1)),
    ...Array.from({ length: unlinkers }, (_, i) =>
      unlinker(1 + i, i % all.length, i % 4, each, at(afterSingle), { comm: 'unlink' }),
    ),
    unlinker(unlinkers + 1, 0, 0, slow, at(afterMany), { comm: 'slowrm', pause: 'sleep10ms' }),
    unlinker(unlinkers + 2, 0, 0, slower, at(afterSlow), { comm: 'slowrm', pause: 'sleep1ms' }),
    unlinker(unlinkers + 3, 0, 0, burst, at(afterSlower), { comm: 'slowrm', pause: 'sleep100us', statfs: cpus }),
  ];
  return { ...PLENTY, threads: threads.filter(({ params }) => params['files'] !== 0) };
}

/** 64 unlinks 0.1 ms apart, then statfs at once. */
export function burst(cpus: number): WorldSpec {
  return { ...PLENTY, threads: [unlinker(0, 0, 0, 64, [1, 5], { comm: 'slowrm', pause: 'sleep100us', statfs: cpus })] };
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

/** The guest of the pressure trace: 1085 MiB managed, of which 802 MiB are free; transparent huge pages have raised min_free_kbytes. */
export const RECORDED_PRESSURE: Pressure = {
  cachedInodes: 40_000,
  managed: 277_799,
  free: 205_398,
  minFreeKbytes: 45_052,
  hogPages: 194_560,
  streamPages: 51_200,
  streamAfterMs: 3_008,
  churnFiles: 12_500,
};

/** Many cached inodes with blocks past end of file; files that come and go; a hog that takes most of memory; a stream of page cache. */
export function pressure(cpus: number, given: Pressure): WorldSpec {
  const on = (thread: number): number => thread % cpus;
  return {
    managed: given.managed,
    minFreeKbytes: given.minFreeKbytes,
    free: given.free,
    cached: cachedInodes(given.cachedInodes, ALL_AGS, 'postEof'),
    buffers: 1_600,
    kswapdCpus: Array.from({ length: cpus }, (_, cpu) => cpu),
    threads: [
      churner(on(1), given.churnFiles, [1, 2]),
      hog(0, on(0), given.hogPages, 256, [3, 4]),
      stream(on(2), given.streamPages, [given.streamAfterMs, given.streamAfterMs + 1]),
    ],
  };
}

const GIB = 262_144;

/**
 * The argument of the mail: hundreds of thousands of cached inodes, half of which need inactivation, and a demand for memory that only they can meet. 2 GiB,
 * of which the inodes take 0.6; page cache is scarce, so the allocator's own list has little to offer.
 */
export function bigCache(cpus: number, inodes = 500_000): WorldSpec {
  const half = Math.floor(inodes / 2);
  const slabPages = Math.ceil(inodes / 4);
  const demand = Math.floor(slabPages * 0.6);
  const free = 24_000;
  const hogs = Math.min(cpus, 4);
  return {
    managed: 2 * GIB,
    free,
    lruFile: 24_000,
    lru: interleaved(cachedInodes(half, ALL_AGS, 'postEof'), cachedInodes(inodes - half, ALL_AGS, 'clean', half)),
    kswapdCpus: Array.from({ length: cpus }, (_, cpu) => cpu),
    threads: Array.from({ length: hogs }, (_, i) => hog(i, i, Math.floor((demand + free) / hogs), 256, [10, 20])),
  };
}

/** Files are removed and memory is short while the file system is frozen for 5 s: nothing bounds the queues then. */
export function frozenFs(cpus: number): WorldSpec {
  return {
    free: 12_000,
    lruFile: 60_000,
    lru: cachedInodes(100_000, ALL_AGS, 'postEof'),
    kswapdCpus: Array.from({ length: cpus }, (_, cpu) => cpu),
    threads: [
      freezer(0, cpus, [50, 60]),
      ...Array.from({ length: cpus }, (_, i) => unlinker(i, i, i % 4, 2_000, [40, 45])),
      hog(0, cpus - 1, 50_000, 256, [200, 210]),
    ],
  };
}

/** Little space left and owners near their quota: every inode starts its worker at once, so batches are small. */
export function quotaAndLowSpace(cpus: number): WorldSpec {
  return {
    ...PLENTY,
    lowSpace: true,
    threads: Array.from({ length: 2 * cpus }, (_, i) =>
      unlinker(i, i % cpus, i % 4, 1_500, [1, 5], { comm: 'unlink', nearQuota: i % 2 === 0 }),
    ),
  };
}

/** Takes a run of each list in turn. */
function interleaved<T>(first: readonly T[], second: readonly T[]): T[] {
  return Array.from({ length: Math.max(first.length, second.length) }, (_, i) =>
    [first[i], second[i]].filter((each) => each !== undefined),
  ).flat();
}
