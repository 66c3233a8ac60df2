/**
 * The threads that scenarios use, with their usual parameters; `cpu` is where each begins, and nothing binds it there.
 */
import type { FileGroups } from '@dragon/kernel';
import type { ThreadSpec } from './world.ts';

type Window = NonNullable<ThreadSpec['startMs']>;

/** Online repair of an allocation group. */
export function repairThread(ag: number, startMs: Window, stuckDisk = false, cpu = 0): ThreadSpec {
  return { id: 'repair/0', comm: 'xfs_scrub', startMs, cpu, params: { ag, stuckDisk } };
}

/** When a thread starts: in a window of its own, or after a latency that many have in common. */
type Start = Window | { readonly after: string };

const isWindow = (start: Start): start is Window => !('after' in start);

/** Closes files that were unlinked while open, and are empty: each inode needs the AGI, nothing else. */
export function closer(index: number, cpu: number, ag: number, files: number, start: Start): ThreadSpec {
  return {
    id: `closer/${index}`,
    comm: 'fsstress',
    cpu,
    ...(isWindow(start) ? { startMs: start } : {}),
    inodes: { use: 'closed', index, ag, count: files, fate: 'unlinkedEmpty' },
    params: { program: 'close', ...(isWindow(start) ? {} : { start: start.after }) },
  };
}

/** What may be said of an unlinker beside where it runs and what it removes. */
interface UnlinkerOptions {
  readonly comm?: string;
  readonly pause?: string;
  /** CPUs whose workers it pushes, or flushes, by statfs at its end. */
  readonly statfs?: number;
  readonly nearQuota?: boolean;
}

/** Unlinks small files. */
export function unlinker(
  index: number,
  cpu: number,
  ag: FileGroups,
  files: number,
  start: Start,
  { comm = 'rm', ...options }: UnlinkerOptions = {},
): ThreadSpec {
  return {
    id: `unlinker/${index}`,
    comm,
    cpu,
    ...(isWindow(start) ? { startMs: start } : {}),
    inodes: { use: 'unlinked', index, ag, count: files, fate: 'unlinked' },
    params: { program: 'unlink', ...(isWindow(start) ? {} : { start: start.after }), ...options },
  };
}

/** Takes memory in chunks of 40 pages, and fails where another would call the OOM killer. */
export function allocator(index: number, cpu: number, pages: number, startMs: Window, gfpFs = true): ThreadSpec {
  return {
    id: `allocator/${index}`,
    comm: 'stress-ng',
    startMs,
    cpu,
    params: { node: 0, pages, chunk: 40, gfpFs, mayFail: true },
  };
}

/** Takes memory at about `chunk` pages per 2 ms, holds it for some seconds, and may be killed for it. */
export function hog(index: number, cpu: number, pages: number, chunk: number, startMs: Window): ThreadSpec {
  return {
    id: `hog/${index}`,
    comm: 'hog',
    startMs,
    cpu,
    params: { node: 0, pages, chunk, gfpFs: true, pause: 'hogPause' },
  };
}

/** Writes a file of so many pages and reads it back, in chunks of 64 pages. */
export function stream(cpu: number, pages: number, startMs: Window): ThreadSpec {
  return { id: 'stream/0', comm: 'stream', startMs, cpu, params: { node: 0, pages, chunk: 64 } };
}

/** Makes small files, and removes each when 400 more have been made. */
export function churner(cpu: number, files: number, startMs: Window): ThreadSpec {
  return {
    id: 'churner/0',
    comm: 'churn',
    startMs,
    cpu,
    inodes: { use: 'made', index: 0, ag: 1, count: files, fate: 'unlinkedEmpty' },
    params: { node: 0, window: 400, burst: 8, pages: 3, pause: 'churnPause' },
  };
}

/** Asks so often how full the file system is, ten times a second. */
export function statfs(index: number, cpu: number, inodegcCpus: number, calls: number, startMs: Window): ThreadSpec {
  return { id: `statfs/${index}`, comm: 'df', startMs, cpu, params: { inodegcCpus, calls } };
}

/** Looks up so many files of an allocation group, from inode `firstAgino` on, 10 ms apart. */
export function lookup(
  index: number,
  cpu: number,
  inodegcCpus: number,
  files: { readonly ag: number; readonly firstAgino: number; readonly lookups: number },
  startMs: Window,
): ThreadSpec {
  return { id: `lookup/${index}`, comm: 'ls', startMs, cpu, params: { inodegcCpus, ...files } };
}

/** Mounts another file system, unmounts it, and so on, with a pause after each. */
export function mounter(index: number, cpu: number, startMs: Window): ThreadSpec {
  return { id: `mounter/${index}`, comm: 'mount', startMs, cpu, params: { mounts: `vd${letters(index)}` } };
}

/** Returns a to z, then aa, ab and so on, as the kernel names disks. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** Unmounts the file system. */
export function unmounter(cpu: number, inodegcCpus: number, startMs: Window): ThreadSpec {
  return { id: 'unmounter/0', comm: 'umount', startMs, cpu, params: { inodegcCpus, device: 'sda' } };
}

/** Freezes the file system for a while. */
export function freezer(cpu: number, inodegcCpus: number, startMs: Window): ThreadSpec {
  return { id: 'freezer/0', comm: 'fsfreeze', startMs, cpu, params: { inodegcCpus } };
}

/** echo 2 > /proc/sys/vm/drop_caches, or another number. */
export function dropCaches(cpu: number, startMs: Window, what: 1 | 2 | 3 = 2): ThreadSpec {
  return { id: 'drop-caches/0', comm: 'bash', startMs, cpu, params: what === 2 ? {} : { what } };
}

/** Calls sync again and again, with a pause after each. */
export function syncer(cpu: number): ThreadSpec {
  return { id: 'syncer/0', comm: 'sync', params: { cpu } };
}

/** Writes to a file and calls fsync or fdatasync again and again, with a pause after each. */
export function fsyncer(cpu: number, call: 'fsync' | 'fdatasync', startMs: Window): ThreadSpec {
  return {
    id: `fsyncer/${call}`,
    comm: 'db',
    startMs,
    params: { cpu, datasync: call === 'fdatasync', pause: `${call}Pause` },
  };
}

export function umounter(startMs: Window): ThreadSpec {
  return { id: 'umounter/0', comm: 'umount', startMs, params: {} };
}
