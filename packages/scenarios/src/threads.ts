/** The threads that scenarios use, with their usual parameters. */
import type { ThreadSpec } from './world.ts';

type Window = ThreadSpec['startMs'];

/** Online repair of an allocation group. */
export function repairThread(ag: number, startMs: Window, stuckDisk = false): ThreadSpec {
  return { id: 'repair/0', comm: 'xfs_scrub', startMs, params: { ag, stuckDisk } };
}

/** Closes files that were unlinked while open, and are empty: each inode needs the AGI, nothing else. */
export function closer(index: number, cpu: number, ag: number, files: number, startMs: Window): ThreadSpec {
  const firstAgino = 4_194_304 + index * 1024;
  return {
    id: `closer/${index}`,
    comm: 'fsstress',
    startMs,
    params: { program: 'close', cpu, ag, firstAgino, files, fate: 'unlinkedEmpty' },
  };
}

/** Unlinks small files. */
export function unlinker(index: number, cpu: number, ag: number, files: number, startMs: Window): ThreadSpec {
  const firstAgino = 8_388_608 + index * 1024;
  return {
    id: `unlinker/${index}`,
    comm: 'rm',
    startMs,
    params: { program: 'unlink', cpu, ag, firstAgino, files, fate: 'unlinked' },
  };
}

/** Takes memory, in chunks of 40 pages. */
export function allocator(index: number, cpu: number, pages: number, startMs: Window, gfpFs = true): ThreadSpec {
  return {
    id: `allocator/${index}`,
    comm: 'stress-ng',
    startMs,
    params: { node: 0, cpus: [cpu], pages, chunk: 40, gfpFs },
  };
}

/** echo 2 > /proc/sys/vm/drop_caches */
export function dropCaches(cpu: number, startMs: Window): ThreadSpec {
  return { id: 'drop-caches/0', comm: 'bash', startMs, params: { cpus: [cpu] } };
}

export function umounter(startMs: Window): ThreadSpec {
  return { id: 'umounter/0', comm: 'umount', startMs, params: {} };
}
