/**
 * What an agent says of waits and locks: the ground on which the wait-for graph stands, so that it is read and never
 * guessed.
 */
import type { AgentId } from './event.ts';
import type { VirtualTime } from './time.ts';

/**
 * How a thread waits.
 * - `uninterruptible`: asleep until granted (kernel state D); only this and `polling` close a deadlock.
 * - `killable`: asleep, but a fatal signal ends it; khungtaskd skips it.
 * - `timed`: asleep with a timeout, so it goes on by itself.
 * - `polling`: awake, but trying again and again for what somebody holds.
 */
export type WaitMode = 'uninterruptible' | 'killable' | 'timed' | 'polling';

/** For reading, for writing, or empty where the lock has one mode. */
export type LockMode = 'R' | 'W' | '';

export interface Wait {
  readonly resource: string;
  readonly mode: WaitMode;
  /** How it wants the lock. */
  readonly lock: LockMode;
  /** Kernel functions from the innermost outwards, as a stack trace shows them. */
  readonly stack: readonly string[];
}

export interface Hold {
  readonly resource: string;
  readonly mode: LockMode;
}

/** What a thread knows of itself: what it holds (until the moment it sends the release) and what it is blocked on. */
export interface TaskFacts {
  readonly waitsFor: Wait | null;
  readonly holds: readonly Hold[];
}

/**
 * A list in chunks, none of them empty. Whoever changes a long list makes a chunk or two anew and keeps the others, so
 * whoever is told of it twice finds what is new without looking at all of it.
 */
export type Chunks<T> = readonly (readonly T[])[];

/** One who waits for a resource; the resource may note more of it. */
export interface Waiter {
  readonly task: AgentId;
}

/** What a resource knows: who holds it, and who is in its wait queue, in order. */
export interface ResourceFacts {
  readonly resource: string;
  readonly holders: Chunks<AgentId>;
  readonly waiters: Chunks<Waiter>;
}

/**
 * Both parts may be present: an inodegc worker is a thread, and its work item is a resource. Parts are replaced, never
 * changed in place.
 */
export interface Facts {
  readonly task?: TaskFacts | undefined;
  readonly resources?: readonly ResourceFacts[] | undefined;
}

/** From `at` on, `facts` is what `agent` says. */
export interface FactsChange {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly facts: Facts;
}
