/** The scenarios of those who wait beside reclaim: whoever asks, closes or removes behind inodegc workers. */
import { MILLISECOND } from '@dragon/engine';
import { countParameter, inodesParameter, instantParameter, startingFrom } from './own-parameters.ts';
import type { OwnParameter } from './scenario.ts';
import { closer, dropCaches, lookup, statfs, unlinker, unmounter } from './threads.ts';
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
export function umountEvicts(cpus: number, { inodes, at }: Valued<typeof UMOUNT_EVICTS>): WorldSpec {
  return {
    free: 200_000,
    bound: true,
    cached: cachedInodes(inodes, [0, 1, 2, 3], 'postEof'),
    threads: [unmounter(0, cpus, startingFrom(at, 10))],
  };
}

export const UMOUNT_EVICTS = {
  inodes: inodesParameter(20_000),
  at: instantParameter('when it is unmounted', 10),
};
