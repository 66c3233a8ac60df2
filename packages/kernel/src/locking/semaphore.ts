/**
 * A counting semaphore of count 1, as XFS uses to lock a buffer: FIFO, no owner, no timeout. Linux 6.1
 * kernel/locking/semaphore.c.
 */
import type { AgentId, Chunks, Waiter } from '@dragon/engine';
import { appended, firstOf, withoutFirst } from '../chunked-list.ts';

/** `holder` is kept for the wait-for graph; the kernel's semaphore does not know it. */
export type Semaphore<W extends Waiter = Waiter> = { readonly holder: AgentId | null; readonly waiters: Chunks<W> };

export const FREE_SEMAPHORE: Semaphore<never> = { holder: null, waiters: [] };

/** Returns the semaphore after `down()`: the task holds it, or is the last of the waiters. */
export function down<W extends Waiter>({ holder, waiters }: Semaphore<W>, waiter: W): Semaphore<W> {
  return holder === null ? { holder: waiter.task, waiters } : { holder, waiters: appended(waiters, waiter) };
}

/** Returns the semaphore after `up()`: the first waiter holds it. Throws if `task` does not hold it. */
export function up<W extends Waiter>({ holder, waiters }: Semaphore<W>, task: AgentId): Semaphore<W> {
  if (holder !== task) throw new Error(`${task} releases a buffer lock held by ${holder ?? 'nobody'}`);
  return { holder: firstOf(waiters)?.task ?? null, waiters: withoutFirst(waiters) };
}
