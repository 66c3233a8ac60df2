/** Which scenario of this project comes nearest to what a dump shows. */
import { isOneOf, type KernelVersion, kernelVersionOf, type StackResourceName } from '@dragon/kernel';
import type { Diagnosis } from './diagnosis.ts';
import type { ReadTask } from './task-wait.ts';

export interface NearestScenario {
  readonly scenario: string;
  /** Absent for the default, v6.1. */
  readonly profile: string | undefined;
  readonly why: string;
}

const FREEZE: readonly StackResourceName[] = ['sb_writers', 'sb_pagefault', 'sb_internal', 'freeze protection'];
const DISK: readonly StackResourceName[] = ['disk I/O', 'buffer I/O', 'folio writeback', 'iclog', 'log force'];

/** Returns the nearest one, or undefined if none is near. */
export function nearestScenario({ graph, cycles, verdict, roots }: Diagnosis): NearestScenario | undefined {
  const parties = new Set(cycles.flatMap(({ pids }) => pids));
  const tasks = graph.blocked.filter(({ task }) => parties.size === 0 || parties.has(task.pid));
  const waits = new Set(tasks.flatMap(({ wait }) => wait?.resource ?? []));
  const has = (...names: readonly StackResourceName[]) => names.some((name) => waits.has(name));
  const release = graph.dump.release;
  const version = release === undefined ? undefined : kernelVersionOf(release);
  const profile = isInline(graph.blocked) ? 'v5.13' : profileOf(version);
  if (FREEZE.some((level) => waits.has(level)))
    return { scenario: 'frozen-fs', profile, why: 'a file system is frozen while memory runs short' };
  if (has('inodegc work', 'inodegc works') && has('AGI', 'AGF') && (verdict !== 'deadlock' || has('shrinker_rwsem')))
    return { ...reclaimerOf(tasks), profile };
  const outside = roots.find(({ kind }) => kind === 'outside');
  if (verdict === 'stall' && outside !== undefined && DISK.some((name) => waits.has(name)))
    return { scenario: 'stuck-disk', profile, why: 'everybody waits for a disk in the end, and there is no cycle' };
  if (verdict === 'stall' && has('shrinker_rwsem'))
    return { scenario: 'repair-first', profile, why: 'shrinker_rwsem keeps others out, and there is no cycle' };
  if (has('pfmemalloc_wait', 'reclaim throttle'))
    return { scenario: 'pressure', profile, why: 'memory is short, and allocations wait for reclaim' };
  return undefined;
}

/** Who of those in the cycle reclaims: the seed's scenarios differ in that. */
function reclaimerOf(tasks: readonly ReadTask[]): { readonly scenario: string; readonly why: string } {
  const calls = (name: string) => tasks.some(({ symbols }) => symbols.includes(name));
  if (!calls('balance_pgdat') && calls('drop_slab'))
    return { scenario: 'seed-drop-caches', why: 'the same waits, entered by a write to drop_caches' };
  if (!calls('balance_pgdat') && calls('try_to_free_pages'))
    return { scenario: 'seed-direct-reclaim', why: 'the same waits, entered by direct reclaim' };
  return { scenario: 'seed-deadlock', why: 'the same waits: reclaim, an inodegc worker, a header of an AG' };
}

/** Before 5.15 whoever evicts an inode inactivates it itself. */
function isInline(tasks: readonly ReadTask[]): boolean {
  const inactivates = ['xfs_inactive', 'xfs_free_eofblocks', 'xfs_inactive_ifree', 'xfs_inactive_truncate'];
  return tasks.some(
    ({ symbols }) => symbols.includes('destroy_inode') && symbols.some((symbol) => inactivates.includes(symbol)),
  );
}

function profileOf(version: KernelVersion | undefined): string | undefined {
  if (version === undefined) return undefined;
  if (isOneOf({ until: '5.14' }, version)) return 'v5.13';
  if (isOneOf({ until: '6.6' }, version)) return undefined;
  return isOneOf({ until: '6.8' }, version) ? 'v6.7' : 'v6.12';
}
