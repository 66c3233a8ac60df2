/**
 * The threads that were on a CPU, and what its scheduler knows of each beside the run queue: the turn of its last
 * wake-up, where it may run, when it ran last. Linux 6.1 kernel/sched/fair.c can_migrate_task, task_hot. Leaves out
 * that a thread is taken though it is hot when nothing else was found several times (nr_balance_failed).
 */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { isMovable, MIGRATION_COST, type RunQueue } from '@dragon/kernel';

export type Guest = {
  readonly thread: AgentId;
  readonly turn: number;
  /** The CPUs of the LLC that it may run on. */
  readonly allowed: number;
  /** When it last ran here since it came: it is cache-hot for a while. */
  readonly ranAt: VirtualTime;
};

/** A list: V8 gives a table by name a hidden class of its own. */
export type Guests = readonly Guest[];

export const NO_GUESTS: Guests = [];

/** Of a thread that has not run here. */
export const NEVER: VirtualTime = -MIGRATION_COST;

export function guestOf(guests: Guests, thread: AgentId): Guest | undefined {
  for (const guest of guests) if (guest.thread === thread) return guest;
  return undefined;
}

export function withGuest(guests: Guests, guest: Guest): Guests {
  const place = guests.findIndex(({ thread }) => thread === guest.thread);
  return place < 0 ? guests.concat(guest) : guests.with(place, guest);
}

/** Returns the guests after `thread` has lost the CPU. */
export function afterRun(guests: Guests, thread: AgentId, now: VirtualTime): Guests {
  const guest = guestOf(guests, thread);
  if (guest === undefined || !isMovable(guest.allowed)) return guests;
  const { turn, allowed } = guest;
  return withGuest(guests, { thread, turn, allowed, ranAt: now });
}

/** A CPU with one thread has none to spare, though it has not begun to run it (nr_running > 1). */
const hasToSpare = ({ curr, queue }: RunQueue): boolean => queue.length > (curr === null ? 1 : 0);

/** Returns whether a thread waits that could run elsewhere, be it hot or not. */
export function hasMovable(runQueue: RunQueue, guests: Guests): boolean {
  if (!hasToSpare(runQueue)) return false;
  return runQueue.queue.some(({ thread }) => isMovable(guestOf(guests, thread)?.allowed ?? 0));
}

/** Returns the thread to go to one of the CPUs `to`, the one that has not run for longest, if there is any. */
export function pulledTo(runQueue: RunQueue, guests: Guests, to: number, now: VirtualTime): Guest | undefined {
  if (!hasToSpare(runQueue)) return undefined;
  let found: Guest | undefined;
  for (const { thread } of runQueue.queue) {
    const guest = guestOf(guests, thread);
    if (guest === undefined || !isMovable(guest.allowed) || (guest.allowed & to) === 0) continue;
    if (now - guest.ranAt >= MIGRATION_COST && (found === undefined || guest.ranAt < found.ranAt)) found = guest;
  }
  return found;
}
