/** A failing run as shrinking changes it: all that a person can say of a run, and what it came to. */
import type { Rule, VirtualTime } from '@dragon/engine';
import type { Fault } from '@dragon/kernel';

export interface FailingRun {
  readonly seed: number;
  readonly cpus: number;
  readonly until: VirtualTime;
  /** What of the scenario is not as usual, by parameter. */
  readonly set: { readonly [key: string]: number };
  readonly faults: readonly Fault[];
  readonly rules: readonly Rule[];
}

/** A count of the scenario that may be set: inodes, tasks, files. */
export interface Size {
  readonly key: string;
  readonly least: number;
  /** What it is if nobody sets it. */
  readonly usual: number;
}

/** A run that was made and failed as it should. */
export interface Failure {
  readonly run: FailingRun;
  /** When what it found was there. */
  readonly at: VirtualTime;
}

/**
 * A search for a simpler run, as lists of proposals: each list in the order of preference, and answered by the first of
 * it that still fails. Returns the simplest run that it has come to.
 */
export type Proposals = Generator<readonly FailingRun[], Failure, Failure | undefined>;
