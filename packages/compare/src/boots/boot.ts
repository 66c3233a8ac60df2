/**
 * A boot of a real kernel under memory pressure: what it ran with, and what came of it. Times are seconds since its
 * hogs started. What its console did not say is null.
 */

export type BootPolicy = 'always' | 'skip-kswapd' | 'unmodified';

export interface Boot {
  readonly boot: string;
  /** Boots with the same settings, but for the policy. */
  readonly group: string;
  readonly cpus: number;
  readonly memoryMib: number;
  readonly policy: BootPolicy;
  /** As in `beyond=25 LATE=5`: MiB that the hog wants beyond free memory, when the second task begins, and so on. */
  readonly workload: string;
  readonly logMib: number;
  readonly xfssyncdCentisecs: number;
  readonly inodes: number | null;
  readonly buffers: number | null;
  readonly memTotalKb: number | null;
  readonly memFreeKb: number | null;
  readonly pageCacheKb: number | null;
  /** What the hog saw free, and what it wants. */
  readonly freeMib: number | null;
  readonly hogMib: number | null;
  /** How long before the hogs drop_caches was written to. */
  readonly dropBeforeS: number | null;
  /** The first tick of the log worker: as the console has it, else a period after the mount. */
  readonly logWorkerS: number | null;
  readonly killed: string | null;
  readonly killS: number | null;
  /** The hog has all its memory. */
  readonly doneS: number | null;
  readonly queued: number | null;
  readonly reclaimable: number | null;
  readonly pinned: number | null;
  readonly inAil: number | null;
  readonly slabKb: number | null;
  readonly kswapdQueued: number | null;
  readonly kswapdFlushes: number | null;
  readonly kswapdSkipped: number | null;
  readonly kswapdCpuChanges: number | null;
  readonly kswapdMigrations: number | null;
  readonly outOfMemoryCalls: number | null;
}

/** What cannot be read: one line. */
export class BootsError extends Error {
  override readonly name = 'BootsError';
}

/** mkfs's for 8 GiB, and fs.xfs.xfssyncd_centisecs as it is. */
export const USUAL_LOG_MIB = 64;
export const USUAL_XFSSYNCD_CENTISECS = 3_000;

/**
 * Words of a workload that say what a run is made of; whatever else stands there (POST=45) is for the guest's scripts.
 */
const KNOWN = new Set(['beyond', 'late', 'latemb', 'drop', 'cache', 'log', 'xfssyncd', 'noinst']);

/** Returns the values of a workload, by their key in lower case; throws a `BootsError` where one is to be a number. */
export function workloadValues(workload: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const word of workload.split(/\s+/)) {
    const [, key = '', text = ''] = /^(\w+)=(.*)$/.exec(word.toLowerCase()) ?? [];
    if (/^\d+(?:\.\d+)?$/.test(text)) values.set(key, Number(text));
    else if (KNOWN.has(key)) throw new BootsError(`'${word}' gives no number, as in ${word.slice(0, key.length)}=5`);
  }
  return values;
}
