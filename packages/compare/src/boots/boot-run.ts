/**
 * The run that stands for a boot: scenario, policy, and what of it is set, all from the boot's settings and nothing
 * from what came of it. Run time begins a second before the first task, so that the log worker's phase can be told.
 */
import { type Boot, BootsError, workloadValues } from './boot.ts';

export interface BootRun {
  readonly scenario: 'one-hog' | 'late' | 'idle-fs';
  readonly policy: string;
  readonly cpus: number;
  /** As --set reads them. */
  readonly set: readonly string[];
  /** When the hog begins, in nanoseconds, and the run ends. */
  readonly hogAtNs: number;
  readonly untilNs: number;
}

const SECOND = 1_000_000_000;
const PAGE_KIB = 4;
const LATE_MIB = 8;
/** Boots were watched for two minutes at most. */
const WATCHED_S = 120;
const BEFORE_S = 1;
/**
 * The hog comes when drop_caches is through, which takes a fast guest half of the time that it takes a slow one: a run
 * gives it at least as long as the slow one.
 */
const USUAL_DROP_S = 12;
const USUAL_INODES = 50_000;

/** Returns the run; throws a `BootsError` for a workload that no scenario has. */
export function bootRun(boot: Boot): BootRun {
  const values = workloadValues(boot.workload);
  const beyond = values.get('beyond');
  if (beyond === undefined && boot.hogMib === null)
    throw new BootsError(`${boot.boot}: workload '${boot.workload}' does not say what the hog wants, as in beyond=25`);
  if (boot.memTotalKb === null && boot.memoryMib === 0)
    throw new BootsError(`${boot.boot}: neither mem_total_kb nor memory_mib says how much memory it has`);
  const drops = values.has('drop');
  const late = values.get('late');
  const dropS = drops
    ? Math.max(boot.dropBeforeS ?? 0, (USUAL_DROP_S * (boot.inodes ?? USUAL_INODES)) / USUAL_INODES)
    : 0;
  const hogAtS = BEFORE_S + dropS;
  const freeMib = boot.freeMib ?? Math.floor((boot.memFreeKb ?? boot.memoryMib * 430) / 1_024);
  // drop_caches takes memory before the hog sees what is free.
  const freeKib = drops ? (boot.memFreeKb ?? freeMib * 1_024) : freeMib * 1_024;
  const memoryKib = boot.memTotalKb ?? boot.memoryMib * 800;
  const cacheKib = boot.pageCacheKb ?? (values.get('cache') ?? 0) * 1_024;
  const tickS = boot.logWorkerS === null ? null : firstTick(hogAtS + boot.logWorkerS, boot.xfssyncdCentisecs / 100);
  const set: (readonly [string, string | null])[] = [
    ['memory', inPages(memoryKib)],
    ['free', inPages(freeKib)],
    ['inodes', boot.inodes === null ? null : String(boot.inodes)],
    ['buffers', boot.buffers === null ? null : String(boot.buffers)],
    ['page-cache', inPages(cacheKib)],
    // drop_caches leaves more or less than in the boot, where others may have taken memory meanwhile.
    drops && beyond !== undefined
      ? ['beyond', `${beyond}MiB`]
      : ['demand', `${boot.hogMib ?? freeMib + (beyond ?? 0)}MiB`],
    ['at', seconds(hogAtS)],
    ['log', `${boot.logMib}MiB`],
    ['log-worker', `${boot.xfssyncdCentisecs * 10}ms`],
    ['log-worker-at', tickS === null ? null : seconds(tickS)],
    ...(late === undefined
      ? []
      : [['late', `${values.get('latemb') ?? LATE_MIB}MiB`] as const, ['late-at', seconds(hogAtS + late)] as const]),
    ...(drops ? [['drop-at', seconds(BEFORE_S)] as const] : []),
  ];
  return {
    scenario: drops ? 'idle-fs' : late === undefined ? 'one-hog' : 'late',
    policy: boot.policy === 'skip-kswapd' ? 'throttle=skip-kswapd' : 'throttle=always',
    cpus: boot.cpus,
    set: set.flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`])),
    hogAtNs: Math.round(hogAtS * 1_000) * (SECOND / 1_000),
    untilNs: (Math.ceil(hogAtS) + WATCHED_S) * SECOND,
  };
}

/** The first one after the run's beginning of ticks that are a period apart. */
const firstTick = (at: number, period: number): number => at - Math.floor((at - 0.001) / period) * period;

const inPages = (kib: number): string => `${Math.floor(kib / PAGE_KIB)}pages`;
const seconds = (value: number): string => `${Math.round(value * 1_000)}ms`;
