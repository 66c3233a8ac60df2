/**
 * The world of the deadlock of December 2022 and its parts, of which its entrances and neighbours are made (kernel
 * reference 6.2).
 */
import {
  AGS_PARAMETER,
  agsTo,
  countParameter,
  inodesParameter,
  instantParameter,
  memoryParameter,
  startingFrom,
} from './own-parameters.ts';
import { allocator, closer, repairThread, unlinker } from './threads.ts';
import { cachedInodes, type ThreadSpec, type WorldSpec } from './world.ts';

/** Above the low watermark (1286 pages), but not by much. */
export const FREE = 1_500;
/**
 * The same where workers inactivate what kswapd evicts: between low (10,240 pages) and min is what that takes before it
 * gives anything back, nearly 3 KiB an inode.
 */
export const ROOM_FOR_WORKERS = { minFreeKbytes: 32_768, free: 10_454 };
/** Brings free memory below low and not below min: kswapd wakes, nobody reclaims directly. */
export const MODEST = 400;
/** The same where drop_caches gives back what it finds meanwhile. */
export const PRESSING = 640;
/** Brings it below min: the allocator has to reclaim. */
export const GREEDY = 640;
export const REPAIR_START = [10, 15] as const;

/**
 * Repair has AG 0 from about 15 ms on; the worker of CPU 0 then meets an unlinked inode of AG 0. On other CPUs files of
 * other AGs are closed.
 */
export function jammedWorker(cpus: number, repairedAg = 0): ThreadSpec[] {
  const elsewhere = Array.from({ length: cpus - 1 }, (_, i) => closer(i + 1, i + 1, 1 + (i % 2), 3, [50, 60]));
  return [repairThread(repairedAg, REPAIR_START), closer(0, 0, 0, 3, [50, 60]), ...elsewhere];
}

/**
 * So many tasks get into the jam: they unlink in AG 0. Three that close files on CPU 0 get through: each one's inode
 * takes the pending work from under kswapd's flush, kswapd goes on for one inode and does the same to them (traces,
 * derived fact 5).
 */
export function bystanders(cpus: number, tasks: number): ThreadSpec[] {
  const removers = Array.from({ length: tasks }, (_, i) => unlinker(i, i % cpus, 0, 2, [300, 400]));
  const closers = Array.from({ length: 3 }, (_, i) => closer(cpus + i, 0, 2, 2, [400, 500]));
  return [...removers, ...closers];
}

/** The jam is in AG 0, and three others are worked in beside it. */
export const INODES = { inodes: inodesParameter(2_048), ags: { ...AGS_PARAMETER, least: 4 } };
export const DEMAND = (pages: number) => ({
  ...INODES,
  demand: memoryParameter('memory that a task wants', pages, 1),
  at: instantParameter('when memory runs short', 200),
});
export const TASKS = countParameter('tasks that remove files, and get into the jam', 7, 1_000, 0);
export const SEED = (pages: number) => ({ ...DEMAND(pages), tasks: TASKS });

interface SeedValues {
  readonly inodes: number;
  readonly ags: number;
  readonly demand: number;
  readonly at: number;
}

export const seed = (
  cpus: number,
  { inodes, ags, demand, at, tasks }: SeedValues & { readonly tasks: number },
): WorldSpec => ({
  lru: cachedInodes(inodes, agsTo(ags), 'postEof'),
  ags,
  free: FREE,
  bound: true,
  threads: [...jammedWorker(cpus), allocator(0, 0, demand, startingFrom(at, 20)), ...bystanders(cpus, tasks)],
});

/**
 * The same world with nobody but the jam and who is short of memory; of group `spared` no inode is in the cache.
 */
export const seedAlone = (cpus: number, { inodes, ags, demand, at }: SeedValues, spared?: number): WorldSpec => ({
  lru: cachedInodes(
    inodes,
    agsTo(ags).filter((ag) => ag !== spared),
    'postEof',
  ),
  ags,
  free: FREE,
  bound: true,
  threads: [...jammedWorker(cpus), allocator(0, 0, demand, startingFrom(at, 20))],
});
