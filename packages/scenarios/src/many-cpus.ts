/**
 * A machine that grows with its CPUs: each CPU removes files and inactivates them, and the more CPUs, the more memory,
 * allocation groups and cached inodes. Per CPU there is always as much to do, and a header is shared by four, so what
 * grows with the machine is what the kernel has once: kswapd of the one node, the list of shrinkers, the walk of XFS
 * reclaim over all groups, the inodegc shrinker's over all CPUs.
 *
 * The reference is silent on machines of this kind. From memory: Linux 6.1 runs on 8,192 CPUs of x86 at most
 * (NR_CPUS_RANGE_END), and has more nodes than one long before; mkfs.xfs makes four groups, or up to 32 on a striped
 * device, unless it is told otherwise. All quantities are chosen, by this: a fair share of a node of 1 GiB for 16
 * CPUs; memory runs low enough to wake kswapd, and never so low that anybody reclaims directly; most cached inodes are
 * clean, as those of files that were closed in order are.
 */
import { MILLISECOND } from '@dragon/engine';
import { inodeNumber, type InodeRun, watermarks } from '@dragon/kernel';
import { between } from './latency.ts';
import { allocator, closer, unlinker } from './threads.ts';
import type { ThreadSpec, WorldSpec } from './world.ts';

/** CPUs that have a node of 1 GiB between them. */
const CPUS_OF_A_GIB = 16;
const GIB = 262_144;

/** CPUs whose tasks work in one allocation group. */
const CPUS_OF_A_GROUP = 4;

/** Files of a task: fewer than the 34 that start the worker at once, so that as a rule its jiffy does. */
const FILES = 24;

/** The latency after which these tasks start. */
const START = 'start remover';

/** For each GiB: free pages above LOW, and pages that a task takes then. */
const SPARE = 40;
const DEMAND = 160;

/** For each GiB: page cache, little enough for kswapd to come down to a priority at which it scans the superblock. */
const PAGE_CACHE = 2_048;

/** The inodes on the LRU for each allocation group, and how many of them need inactivation. */
const CACHED = 1_024;
const POST_EOF = 64;

/** Inode numbers of a group for each use: inodes are numbered from low numbers on, and so are the tables of them. */
const INODE_AREA = 4_096;

/** Returns the world of `cpus` CPUs. */
export function manyCpus(cpus: number): WorldSpec {
  const gibs = Math.ceil(cpus / CPUS_OF_A_GIB);
  const ags = Math.ceil(cpus / CPUS_OF_A_GROUP);
  const managed = gibs * GIB;
  return {
    managed,
    free: watermarks(managed).low + gibs * SPARE,
    lruFile: gibs * PAGE_CACHE,
    lru: Array.from({ length: ags }, (_, ag) => cachedIn(ag)).flat(),
    ags,
    inodeArea: INODE_AREA,
    latency: { [START]: between(MILLISECOND, 3 * MILLISECOND) },
    threads: [
      ...Array.from({ length: cpus }, (_, cpu) => remover(cpu)),
      ...Array.from({ length: gibs }, (_, gib) => ({
        ...allocator(gib, gib * CPUS_OF_A_GIB, DEMAND, [5, 6]),
        bound: true as const,
      })),
    ],
  };
}

/**
 * The task of a CPU, bound there as benchmarks that measure how a machine scales bind theirs: in each group three
 * unlink, and one closes what was unlinked before.
 */
function remover(cpu: number): ThreadSpec {
  const ag = Math.floor(cpu / CPUS_OF_A_GROUP);
  const closes = cpu % CPUS_OF_A_GROUP === CPUS_OF_A_GROUP - 1;
  return { ...(closes ? closer : unlinker)(cpu, cpu, ag, FILES, { after: START }), bound: true };
}

/** Coldest first. */
function cachedIn(ag: number): InodeRun[] {
  const run = (from: number, count: number, fate: InodeRun['fate']): InodeRun => ({
    ino: inodeNumber(ag, CHUNK + from),
    count,
    fate,
  });
  return [run(0, POST_EOF, 'postEof'), run(POST_EOF, CACHED - POST_EOF, 'clean')];
}

/** The first numbers of a group are its own: the root directory and the like. */
const CHUNK = 64;
