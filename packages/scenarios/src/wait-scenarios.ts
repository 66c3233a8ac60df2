/** The scenarios of those who wait beside reclaim: whoever asks, closes or removes behind inodegc workers. */
import { MILLISECOND } from '@dragon/engine';
import {
  AGS_PARAMETER,
  agsTo,
  countParameter,
  inodesParameter,
  instantParameter,
  memoryParameter,
  startingFrom,
} from './own-parameters.ts';
import { between, fixed } from './latency.ts';
import type { OwnParameter } from './scenario.ts';
import { closer, dropCaches, hog, lookup, mounter, statfs, unlinker, unmounter } from './threads.ts';
import { cachedInodes, type WorldSpec } from './world.ts';

type Valued<Own> = { readonly [Key in keyof Own]: number };

/**
 * A file in many pieces takes long to inactivate, so a worker has a batch for seconds. rm fills the queue of CPU 0 and
 * waits for it. On the same CPU files are closed that were removed while open, and the caches are dropped; on the
 * others somebody looks up files that were among them, or asks how full the file system is.
 */
export function fragmentedFiles(cpus: number, values: Valued<typeof FRAGMENTED_FILES>): WorldSpec {
  const { files, truncate, closes, at, inodes, lookups, monitors } = values;
  const atMs = at / MILLISECOND;
  return {
    free: 200_000,
    bound: true,
    lru: cachedInodes(inodes, [2], 'postEof'),
    threads: [
      unlinker(0, 0, 0, files, [1, 2]),
      closer(0, 0, 1, closes, [atMs, atMs + 10]),
      dropCaches(0, [atMs, atMs + 10]),
      lookup(0, 1 % cpus, cpus, { ag: 2, firstAgino: 128, lookups }, [atMs + 20, atMs + 30]),
      ...Array.from({ length: monitors }, (_, i) => statfs(i, (i + 1) % cpus, cpus, 50, [100, 110])),
    ],
    latency: { truncate: { kind: 'uniform', min: truncate, max: Math.floor(1.2 * truncate) } },
  };
}

const TRUNCATE: OwnParameter = {
  about: 'how long it takes to free the blocks of a file, at least',
  unit: 'time',
  usual: 10 * MILLISECOND,
  least: 1,
  most: 60_000 * MILLISECOND,
};

export const FRAGMENTED_FILES = {
  files: countParameter('files in many pieces that rm -rf removes', 600, 50_000),
  truncate: TRUNCATE,
  closes: countParameter('files, unlinked while open, that are closed meanwhile', 40, 50_000),
  at: instantParameter('when they are closed, and the caches are dropped', 1_000),
  inodes: inodesParameter(64, 'inodes in the cache, which are dropped meanwhile'),
  lookups: countParameter('files that are looked up after that', 20, 50_000),
  monitors: countParameter('tasks that call statfs, 50 times each', 2, 256, 0),
};

/** The file system is unmounted with many inodes in its cache, of which each needs inactivation. */
export function umountEvicts(cpus: number, { inodes, ags, at }: Valued<typeof UMOUNT_EVICTS>): WorldSpec {
  return {
    free: 200_000,
    bound: true,
    cached: cachedInodes(inodes, agsTo(ags), 'postEof'),
    ags,
    threads: [unmounter(0, cpus, startingFrom(at, 10))],
  };
}

export const UMOUNT_EVICTS = {
  inodes: inodesParameter(20_000),
  ags: AGS_PARAMETER,
  at: instantParameter('when it is unmounted', 10),
};

/**
 * A shrinker of somebody else that takes its time: an NFS client has returned a delegation for each inode that reclaim
 * evicts, and its server takes long to answer. Whoever reclaims does so with the list of shrinkers locked for reading;
 * tasks that mount another file system want it for writing, and as soon as one waits, nobody reclaims any slab.
 * Memory: what the hog wants is there, in page cache and in inodes that are clean.
 */
export function slowShrinker(cpus: number, values: Valued<typeof SLOW_SHRINKER>): WorldSpec {
  const { objects, answer, spin, mounters, inodes, ags, demand, at } = values;
  return {
    free: FREE,
    lruFile: 20_000,
    nfs: { objects, askServer: answer > 0 },
    lru: cachedInodes(inodes, agsTo(ags), 'clean'),
    ags,
    threads: [
      hog(0, 1 % cpus, demand, 256, startingFrom(at, 10)),
      ...Array.from({ length: mounters }, (_, i) => mounter(i, (i + 2) % cpus, [0, 100])),
    ],
    latency: {
      serverAnswer: between(answer, Math.ceil(1.2 * answer)),
      evictRemote: between(spin, Math.ceil(1.2 * spin)),
      mountPause: fixed(values['mount-every']),
    },
  };
}

const FREE = 8_000;

const timeParameter = (about: string, usual: number): OwnParameter => ({
  about,
  unit: 'time',
  usual,
  least: 0,
  most: 600_000 * MILLISECOND,
});

export const SLOW_SHRINKER = {
  objects: inodesParameter(20_000, 'inodes of the NFS mount, each with a delegation'),
  answer: timeParameter('how long its server takes to take one back, at least; 0: nobody asks it', 2 * MILLISECOND),
  spin: timeParameter('CPU time to evict one, at least', 4_000),
  mounters: countParameter('tasks that mount and unmount another file system', 2, 256, 0),
  'mount-every': timeParameter('how long each pauses before it does so again', 1_000 * MILLISECOND),
  inodes: inodesParameter(20_000, 'inodes in the cache of XFS, all clean'),
  ags: AGS_PARAMETER,
  demand: memoryParameter('memory that the hog wants', 24_000, 1),
  at: instantParameter('when it begins', 200),
};
