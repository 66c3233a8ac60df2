/**
 * A read-write semaphore. Linux 6.1 kernel/locking/rwsem.c; leaves out the 4 ms writer hand-off and optimistic
 * spinning, which change who is first but not who can pass, and that a reader whose turn it is takes readers from
 * behind a waiting writer along (since 5.3).
 */
import type { AgentId } from '@dragon/engine';

export type RwsemMode = 'R' | 'W';

export type Rwsem = {
  readonly readers: readonly AgentId[];
  readonly writer: AgentId | null;
  readonly waiters: readonly { readonly task: AgentId; readonly mode: RwsemMode }[];
};

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

/** Returns the rwsem after a blocking `down_read` or `down_write`: `task` has it or is the last of the waiters. */
export function acquire(rwsem: Rwsem, task: AgentId, mode: RwsemMode): Rwsem {
  const free = mode === 'R' ? canRead(rwsem) : canWrite(rwsem);
  return free ? grant(rwsem, task, mode) : { ...rwsem, waiters: [...rwsem.waiters, { task, mode }] };
}

/**
 * Returns the rwsem after `up_read` or `up_write`, with all granted that can be: the first writer, or every reader
 * ahead of it.
 */
export function release(rwsem: Rwsem, task: AgentId): Rwsem {
  const reading = rwsem.readers.indexOf(task);
  if (reading < 0 && rwsem.writer !== task) throw new Error(`${task} releases an rwsem that it does not hold`);
  let next: Rwsem =
    reading < 0 ? { ...rwsem, writer: null } : { ...rwsem, readers: rwsem.readers.toSpliced(reading, 1) };
  for (let first = next.waiters[0]; first !== undefined; first = next.waiters[0]) {
    const free = next.writer === null && (first.mode === 'R' || next.readers.length === 0);
    if (!free) break;
    next = grant({ ...next, waiters: next.waiters.slice(1) }, first.task, first.mode);
  }
  return next;
}

/** Returns the tasks that hold `after` and did not hold `before`, in the order in which they were granted. */
export function newHolders(before: Rwsem, after: Rwsem): AgentId[] {
  return holders(after).filter((task) => !holders(before).includes(task));
}

/** Returns the readers, or the writer. */
export function holders(rwsem: Rwsem): readonly AgentId[] {
  return rwsem.writer === null ? rwsem.readers : [rwsem.writer];
}

function grant(rwsem: Rwsem, task: AgentId, mode: RwsemMode): Rwsem {
  return mode === 'R' ? { ...rwsem, readers: [...rwsem.readers, task] } : { ...rwsem, writer: task };
}
