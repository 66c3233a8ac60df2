/**
 * Parameters that every world has: what they are is read off the world, and what was set of them is put into it. A new
 * one is a row here.
 */
import { MILLISECOND, SECOND } from '@dragon/engine';
import { watermarks } from '@dragon/kernel';
import type { ParameterKind, SetValues } from './parameter.ts';
import { fixed, LOG_WORKER } from './latency.ts';
import { fsyncer, mounter, syncer } from './threads.ts';
import { LOG_PAGES, MANAGED_PAGES, type ThreadSpec, type WorldSpec } from './world.ts';

interface WorldParameter extends ParameterKind {
  readonly key: string;
  readonly usual: (world: WorldSpec) => number;
  readonly put: (world: WorldSpec, value: number) => WorldSpec;
}

const MIB = 256;
const GIB = 1_024 * MIB;
const KIB_PER_PAGE = 4;
const DAY = 86_400 * SECOND;

const managedOf = ({ managed = MANAGED_PAGES }: WorldSpec): number => managed;

/** How long a task pauses between two calls, by that delay, and goes on for ever; 0: there is no such task. */
function pauseParameter(key: string, about: string, thread: ThreadSpec, delay: string): WorldParameter {
  return {
    key,
    about: `${about}; 0: there is none`,
    unit: 'time',
    least: 0,
    most: DAY,
    usual: () => 0,
    put: (world, pause) =>
      pause === 0
        ? world
        : {
            ...world,
            threads: [...world.threads, thread],
            latency: { ...world.latency, [delay]: fixed(pause) },
          },
  };
}

export const WORLD_PARAMETERS: readonly WorldParameter[] = [
  {
    key: 'memory',
    about: 'memory of the node, as MemTotal says; what is not free and not counted elsewhere is in use for good',
    unit: 'memory',
    least: 16 * MIB,
    most: 1_024 * GIB,
    usual: managedOf,
    put: (world, managed) => ({ ...world, managed }),
  },
  {
    key: 'min-free',
    about: 'vm.min_free_kbytes, from which the watermarks come',
    unit: 'memory',
    least: 32,
    most: 64 * GIB,
    usual: (world) => watermarks(managedOf(world), world.minFreeKbytes).min,
    put: (world, pages) => ({ ...world, minFreeKbytes: pages * KIB_PER_PAGE }),
  },
  {
    key: 'free',
    about: 'free memory at the start',
    unit: 'memory',
    least: 0,
    most: 1_024 * GIB,
    usual: ({ free }) => free,
    put: (world, free) => ({ ...world, free }),
  },
  {
    key: 'page-cache',
    about: 'clean page cache of files that stay open',
    unit: 'memory',
    least: 0,
    most: 1_024 * GIB,
    usual: ({ lruFile = 0 }) => lruFile,
    put: (world, lruFile) => ({ ...world, lruFile }),
  },
  {
    key: 'log',
    about: 'size of the log, an eighth of which is pushed at once (32 MiB at most)',
    unit: 'memory',
    least: 4 * MIB,
    most: 2 * GIB,
    usual: ({ log = LOG_PAGES }) => log,
    put: (world, log) => ({ ...world, log }),
  },
  {
    key: 'log-worker',
    about: 'how often the log worker forces the log (fs.xfs.xfssyncd_centisecs)',
    unit: 'time',
    least: MILLISECOND,
    most: DAY,
    usual: ({ logWorker = LOG_WORKER }) => logWorker,
    put: (world, logWorker) => ({ ...world, logWorker }),
  },
  {
    key: 'log-worker-at',
    about: 'when it does so first',
    unit: 'time',
    least: MILLISECOND,
    most: DAY,
    usual: ({ logWorker = LOG_WORKER, logWorkerAt = logWorker }) => logWorkerAt,
    put: (world, logWorkerAt) =>
      world.logWorkerAt === undefined && logWorkerAt === (world.logWorker ?? LOG_WORKER)
        ? world
        : { ...world, logWorkerAt },
  },
  {
    key: 'in-ail',
    about: 'inodes in use that are in the AIL at the start: synced, and not written',
    unit: 'count',
    least: 0,
    most: 2_000_000,
    usual: ({ inAil = 0 }) => inAil,
    put: (world, inAil) => ({ ...world, inAil }),
  },
  pauseParameter('sync-every', 'how long a task pauses between two calls of sync', syncer(0), 'syncPause'),
  pauseParameter(
    'fsync-every',
    'how long a task pauses before it writes to its file and calls fsync again',
    fsyncer(0, 'fsync', [0, 100]),
    'fsyncPause',
  ),
  pauseParameter(
    'fdatasync-every',
    'the same with fdatasync, in place, which forces no log',
    fsyncer(0, 'fdatasync', [0, 100]),
    'fdatasyncPause',
  ),
  pauseParameter(
    'mount-every',
    'how long a task pauses before it mounts and unmounts another file system again',
    mounter(0, 0, [0, 100]),
    'mountPause',
  ),
  {
    key: 'cpu-cost',
    about: "CPU time that all work takes, beside the traces' machine of 1 GIPS",
    unit: 'percent',
    least: 1,
    most: 100_000,
    usual: ({ cpuCost = 100 }) => cpuCost,
    put: (world, cpuCost) => ({ ...world, cpuCost }),
  },
];

/** Returns the world with what was set of it. */
export function withWorldValues(world: WorldSpec, set: SetValues): WorldSpec {
  return WORLD_PARAMETERS.reduce((changed, { key, put }) => {
    const value = set[key];
    return value === undefined ? changed : put(changed, value);
  }, world);
}
