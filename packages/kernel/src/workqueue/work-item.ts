/**
 * A delayed work item on a bound workqueue with max_active 1, and those who flush it. Linux 6.1 kernel/workqueue.c:
 * mod_delayed_work_on, queue_work_on, flush_delayed_work, insert_wq_barrier, try_to_grab_pending. Leaves out the
 * rescuer.
 */
import type { AgentId } from '@dragon/engine';
import type { QueuePolicy } from '../policy/policy.ts';

/** Somebody who waits for the work; `token` tells his flushes apart. */
export type Flusher = { readonly task: AgentId; readonly token: number };

/** An entry of the pool's list: the work itself, or a flusher's barrier behind it. */
export type PoolEntry = { readonly kind: 'work' } | { readonly kind: 'barrier'; readonly flusher: Flusher };

/**
 * `pool` is what the kworkers of the CPU will find, in order. `scheduled` are barriers on the running kworker's own
 * list: those that stood behind the work when it was taken (they are linked to it and go with it), and before them,
 * newest first, those that came during the run.
 */
export type WorkItem = {
  readonly armed: boolean;
  readonly running: boolean;
  readonly pool: readonly PoolEntry[];
  readonly scheduled: readonly Flusher[];
};

export const IDLE_WORK: WorkItem = { armed: false, running: false, pool: [], scheduled: [] };

/** Returns whether the work itself waits for the kworker. */
export function isQueued(work: WorkItem): boolean {
  return work.pool.some((entry) => entry.kind === 'work');
}

/**
 * Returns the work after mod_delayed_work_on. A pending instance is taken off the list and queued again at its tail,
 * behind any barrier that was linked to it: its flusher then wakes without the work having run (traces, derived fact
 * 5).
 */
export function modDelayedWork(work: WorkItem, immediate: boolean): WorkItem {
  const { pool, running, scheduled } = work;
  const barriers = pool.length === 0 ? pool : pool.filter((entry) => entry.kind === 'barrier');
  return { armed: !immediate, running, pool: immediate ? [...barriers, { kind: 'work' }] : barriers, scheduled };
}

/** Returns the work after queue_work_on: one that is pending stays where it is, with the barriers behind it. */
function queueWork(work: WorkItem): WorkItem {
  return isQueued(work) ? work : { ...work, pool: [...work.pool, { kind: 'work' }] };
}

/** Returns the work after somebody started it: at once, or in a jiffy if the kernel has a timer for that. */
export function startWork(work: WorkItem, queue: QueuePolicy, immediate: boolean): WorkItem {
  if (queue === 'delayed') return modDelayedWork(work, immediate);
  return immediate ? queueWork(work) : work;
}

/** Returns the work after its timer fired. */
export function timerFired(work: WorkItem): WorkItem {
  return { ...work, armed: false, pool: [...work.pool, { kind: 'work' }] };
}

/**
 * Returns the work after a kworker has taken it, first in the pool, with the barriers behind it (move_linked_works).
 */
export function runBegun(work: WorkItem): WorkItem {
  const rest = work.pool.slice(1);
  const next = rest.findIndex((entry) => entry.kind === 'work');
  const linked = rest.slice(0, next < 0 ? rest.length : next);
  const scheduled = linked.flatMap((entry) => (entry.kind === 'barrier' ? [entry.flusher] : []));
  return { ...work, running: true, pool: rest.slice(linked.length), scheduled };
}

/**
 * Returns the work after flush_delayed_work by `flusher`, and whether the flusher has to wait. An armed timer is
 * deleted and the work queued; a pending instance is waited for, even while another runs; a run alone is waited for; an
 * idle work is not.
 */
export function flushWork(before: WorkItem, flusher: Flusher): { readonly work: WorkItem; readonly waits: boolean } {
  const work = before.armed ? timerFired(before) : before;
  if (isQueued(work)) return { work: { ...work, pool: withBarrier(work.pool, flusher) }, waits: true };
  if (work.running) return { work: { ...work, scheduled: [flusher, ...work.scheduled] }, waits: true };
  return { work, waits: false };
}

/**
 * Returns the work after cancel_delayed_work_sync by `canceller`, and whether he has to wait: for a run, as a flusher
 * does. What is pending is taken off the list; the barriers behind it stay, and their flushers wake though nothing has
 * run.
 */
export function cancelWork(work: WorkItem, canceller: Flusher): { readonly work: WorkItem; readonly waits: boolean } {
  const pool = work.pool.filter((entry) => entry.kind === 'barrier');
  const idle = { ...work, armed: false, pool };
  return work.running
    ? { work: { ...idle, scheduled: [canceller, ...work.scheduled] }, waits: true }
    : { work: idle, waits: false };
}

/** Returns the work without a flusher who gave up. */
export function abandonFlush(work: WorkItem, gone: Flusher): WorkItem {
  const stays = (flusher: Flusher): boolean => flusher.task !== gone.task || flusher.token !== gone.token;
  return {
    ...work,
    pool: work.pool.filter((entry) => entry.kind === 'work' || stays(entry.flusher)),
    scheduled: work.scheduled.filter(stays),
  };
}

/** Returns everybody who waits for the work, in order. */
export function flushers(work: WorkItem): readonly Flusher[] {
  const { pool, scheduled } = work;
  if (pool.length === 0 || (pool.length === 1 && pool[0]?.kind === 'work')) return scheduled;
  return [...scheduled, ...pool.flatMap((entry) => (entry.kind === 'barrier' ? [entry.flusher] : []))];
}

/** A barrier is linked directly behind the work, so the latest flusher is the first to be woken. */
function withBarrier(pool: readonly PoolEntry[], flusher: Flusher): PoolEntry[] {
  const at = pool.findIndex((entry) => entry.kind === 'work');
  return pool.toSpliced(at + 1, 0, { kind: 'barrier', flusher });
}
