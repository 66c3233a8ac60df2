/**
 * The inodegc shrinker of a mount. Linux 6.1 fs/xfs/xfs_icache.c xfs_inodegc_shrinker_count, xfs_inodegc_shrinker_scan.
 */
import type { AgentId } from '@dragon/engine';
import { allOf, hit, sortedBy, toTask } from '@dragon/kernel';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';

/**
 * What a scan says it freed when there was nobody to kick, so that nothing is deferred; drop_slab goes round once more
 * for it.
 */
const LONG_MAX = 2 ** 52;

/** XFS_INODEGC_SHRINKER_COUNT: 1 << DEF_PRIORITY. */
export function inodegcCount({ geometry, nonEmpty }: InodeCacheContext): number {
  return nonEmpty.length > 0 ? 1 << geometry.defPriority : 0;
}

/** Kicks every worker whose list holds something. */
export function inodegcScan(context: InodeCacheContext, task: AgentId, nrToScan: number): CacheAnswer {
  const kicked = context.nonEmpty.length > 0;
  return [
    context,
    [
      ...allOf(context.nonEmpty).map((to) => ({ kind: 'send' as const, to, message: { type: 'inodegc.shrinkerHit' } })),
      toTask(task, {
        type: 'task.objectsScanned',
        freed: kicked ? 0 : LONG_MAX,
        stop: kicked,
        dispose: [],
        umountHeld: false,
        dentries: 0,
        fsShare: 0,
        credit: 0,
      }),
      hit('xfs_inodegc_shrinker_scan', { nrToScan, task }),
    ],
  ];
}

/**
 * A worker's list became non-empty or empty. The workers stay in the order of their CPUs, as for_each_online_cpu visits
 * them.
 */
export function listChanged(context: InodeCacheContext, worker: AgentId, isNonEmpty: boolean): Change {
  const { nonEmpty } = context;
  const known = byCpu.find(nonEmpty, cpuOf(worker)) !== undefined;
  if (known === isNonEmpty) return context;
  return { nonEmpty: isNonEmpty ? byCpu.inserted(nonEmpty, worker) : byCpu.removed(nonEmpty, cpuOf(worker)) };
}

const cpuOf = (worker: AgentId): number => Number(worker.slice(worker.indexOf('/') + 1));
const byCpu = sortedBy(cpuOf);
