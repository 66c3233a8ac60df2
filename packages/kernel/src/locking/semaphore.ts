/**
 * A counting semaphore of count 1, as XFS uses to lock a buffer: FIFO, no owner, no timeout. Linux 6.1
 * kernel/locking/semaphore.c.
 */
import type { AgentId } from '@dragon/engine';

/** `holder` is kept for the wait-for graph; the kernel's semaphore does not know it. */
export type Semaphore = { readonly holder: AgentId | null; readonly waiters: readonly AgentId[] };

export const FREE_SEMAPHORE: Semaphore = { holder: null, waiters: [] };

/** Returns the semaphore after `down()`: `task` holds it, or is the last of the waiters. */
export function down(semaphore: Semaphore, task: AgentId): Semaphore {
  if (semaphore.holder === null) return { holder: task, waiters: [] };
  return { ...semaphore, waiters: [...semaphore.waiters, task] };
}

/** Returns the semaphore after `up()`: the first waiter holds it. Throws if `task` does not hold it. */
export function up(semaphore: Semaphore, task: AgentId): Semaphore {
  if (semaphore.holder !== task)
    throw new Error(`${task} releases a buffer lock held by ${semaphore.holder ?? 'nobody'}`);
  const [holder = null, ...waiters] = semaphore.waiters;
  return { holder, waiters };
}
