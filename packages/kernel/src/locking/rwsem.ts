/**
 * A read-write semaphore. Linux 6.1 kernel/locking/rwsem.c; leaves out the 4 ms writer hand-off and optimistic
 * spinning, which change who is first but not who can pass, and that a reader whose turn it is takes readers from
 * behind a waiting writer along (since 5.3).
 */
import type { AgentId, Chunks } from '@dragon/engine';
import { appended, firstOf, sortedBy, withoutFirst } from '../chunked-list.ts';

export type RwsemMode = 'R' | 'W';

/** `readers` are in text order. */
export type Rwsem = {
  readonly readers: Chunks<AgentId>;
  readonly writer: AgentId | null;
  readonly waiters: Chunks<RwsemWaiter>;
};

type RwsemWaiter = { readonly task: AgentId; readonly mode: RwsemMode };

/** The rwsem after an operation, and who was granted it by that, in this order. */
export type RwsemStep = { readonly rwsem: Rwsem; readonly granted: readonly AgentId[] };

export const FREE_RWSEM: Rwsem = { readers: [], writer: null, waiters: [] };

/** Returns whether somebody is in the wait list: `rwsem_is_contended`. */
export function isContended(rwsem: Rwsem): boolean {
  return rwsem.waiters.length > 0;
}

/** Returns whether `down_read_trylock` succeeds: no writer, and nobody waiting (RWSEM_FLAG_WAITERS makes it fail). */
export function canRead(rwsem: Rwsem): boolean {
  return rwsem.writer === null && !isContended(rwsem);
}

/** Returns whether `down_write_trylock` succeeds. */
export function canWrite(rwsem: Rwsem): boolean {
  return rwsem.writer === null && rwsem.readers.length === 0 && !isContended(rwsem);
}

/** Returns what a blocking `down_read` or `down_write` does: `task` has it or is the last of the waiters. */
export function acquire(rwsem: Rwsem, task: AgentId, mode: RwsemMode): RwsemStep {
  if (mode === 'R' ? canRead(rwsem) : canWrite(rwsem)) return { rwsem: grant(rwsem, { task, mode }), granted: [task] };
  return { rwsem: { ...rwsem, waiters: appended(rwsem.waiters, { task, mode }) }, granted: [] };
}

/**
 * Returns what `up_read` or `up_write` does: all are granted it that can be, the first writer or every reader ahead of
 * it.
 */
export function release(before: Rwsem, task: AgentId): RwsemStep {
  let rwsem = released(before, task);
  const granted: AgentId[] = [];
  for (let first = firstOf(rwsem.waiters); first !== undefined; first = firstOf(rwsem.waiters)) {
    const free = rwsem.writer === null && (first.mode === 'R' || rwsem.readers.length === 0);
    if (!free) break;
    rwsem = grant({ ...rwsem, waiters: withoutFirst(rwsem.waiters) }, first);
    granted.push(first.task);
  }
  return { rwsem, granted };
}

/** Returns the readers, or the writer. */
export function holders(rwsem: Rwsem): Chunks<AgentId> {
  return rwsem.writer === null ? rwsem.readers : [[rwsem.writer]];
}

const byName = sortedBy((reader: AgentId) => reader);

function released(rwsem: Rwsem, task: AgentId): Rwsem {
  if (rwsem.writer === task) return { ...rwsem, writer: null };
  const readers = byName.removed(rwsem.readers, task);
  if (readers === rwsem.readers) throw new Error(`${task} releases an rwsem that it does not hold`);
  return { ...rwsem, readers };
}

function grant(rwsem: Rwsem, { task, mode }: RwsemWaiter): Rwsem {
  return mode === 'R' ? { ...rwsem, readers: byName.inserted(rwsem.readers, task) } : { ...rwsem, writer: task };
}
