/**
 * A plan: all that a run depends on. Data, so that it can be sent to forty processes and written at the head of a
 * trace.
 */
import type { AgentSpec } from './agent.ts';
import { Hasher } from './hasher.ts';
import type { Json } from './event.ts';
import type { LatencyModel } from './latency.ts';
import type { Rule } from './rule.ts';
import type { VirtualTime } from './time.ts';

/**
 * A resource that threads wait for, in the words of a report. `id` is how facts name it; where a plan says nothing of
 * an id, it speaks for itself and is a lock.
 */
export interface ResourceLabel {
  readonly what: string;
  /** Where it is, if there is one in each of several places. */
  readonly of?: string | undefined;
}

export interface Resource {
  readonly id: string;
  /** What a person calls it, as in `the AGI of AG 0`. */
  readonly noun: string;
  /** The same for a label, as in `AGI` and `AG 0`; absent where the noun is short. */
  readonly label?: ResourceLabel | undefined;
  /** What a task does that has it, as in `holds`; what a task did to get it, as in `took`. */
  readonly holds: string;
  readonly took: string;
  /** What stands before and behind the name of a task that is in the way, as in `held by ` and nothing. */
  readonly holder: readonly [before: string, behind: string];
  /** Which kind of thing it is, in the agents' own words: more can be known of a kind than a plan says. */
  readonly kind?: string | undefined;
  /** Nobody in the model has it, as a disk. */
  readonly outside?: true | undefined;
}

export interface Plan {
  /** A safe integer. Seed and agent id give each agent its random stream. */
  readonly seed: number;
  readonly agents: readonly AgentSpec[];
  /** Words for what the agents may wait for. */
  readonly resources: readonly Resource[];
  readonly latency: LatencyModel;
  /** Events at or after this instant are not processed. */
  readonly until: VirtualTime;
  /** A finding at t ends the run at t + grace, if `stopOnFinding`. No window is longer than this. */
  readonly grace: VirtualTime;
  readonly stopOnFinding: boolean;
  /** Chaos: what becomes of messages and timers. Of several rules the first that strikes counts. */
  readonly rules?: readonly Rule[] | undefined;
}

/** Returns 16 hexadecimal digits that differ for plans that differ in anything but the order of keys. */
export function planDigest(plan: Plan): string {
  const hasher = new Hasher();
  hasher.json(plan as unknown as Json);
  return hasher.hex();
}
