/** An attempt of a hunt: one run to make, as data, and how the hunt came to it. */
import type { Rule, VirtualTime } from '@dragon/engine';
import type { Fault } from '@dragon/kernel';

/**
 * - `plain`: nothing is put into the run.
 * - `swarm`: faults of kinds that were drawn for this attempt, at instants that were drawn.
 * - `mutant`: a change of an earlier attempt, whose run reached what few reach.
 */
type Origin =
  | { readonly kind: 'plain' }
  | { readonly kind: 'swarm' }
  | { readonly kind: 'mutant'; readonly of: number };

export interface Attempt {
  /** Its place in the hunt, from 0 on. */
  readonly index: number;
  /** Of the run. */
  readonly seed: number;
  /** Beside those that every run of the hunt has. */
  readonly faults: readonly Fault[];
  /** A schedule by priorities; none for a uniform one, in which nothing is later than usual. */
  readonly rules: readonly Rule[];
  readonly origin: Origin;
}

/** A wait for somebody in a run, in roles: see `WaitChains`. */
export interface SeenChain {
  readonly chain: string;
  /** When a task first waited so. */
  readonly at: VirtualTime;
}
