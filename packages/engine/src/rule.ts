/**
 * A rule of chaos: which messages and timers of a run do not fare as usual, and how. Data of a plan, so that it is the
 * same in one process and in forty.
 */
import type { VirtualTime } from './time.ts';

/**
 * What becomes of a message between two agents, or of a timer.
 * - `delay`: it comes later by a whole number of nanoseconds in [min, max], each alike. What its sender sends to the
 *   same receiver afterwards does not overtake it.
 * - `hold`: it waits until the instant `until`, and so does what comes after it on the same way. Before that instant
 *   only: later it passes.
 * - `reorder`: as `delay`, but what comes after it on the same way may overtake it.
 * - `drop`: it never comes.
 * - `duplicate`: it comes, and once more, later by [min, max], of which 1 is the least: a copy has the number of what
 *   it is one of, so that the numbers of others, by which rules draw, do not depend on it.
 */
export type Fate =
  | { readonly kind: 'delay'; readonly min: VirtualTime; readonly max: VirtualTime }
  | { readonly kind: 'hold'; readonly until: VirtualTime }
  | { readonly kind: 'reorder'; readonly min: VirtualTime; readonly max: VirtualTime }
  | { readonly kind: 'drop' }
  | { readonly kind: 'duplicate'; readonly min: VirtualTime; readonly max: VirtualTime };

export type FateKind = Fate['kind'];

/**
 * Whom a rule is about: agents by their ids, or all of a kind by its name. A message has to fit everything that is
 * there; what is absent fits all.
 */
export interface Rule {
  /** Unlike those of the plan's other rules: draws depend on it. */
  readonly name: string;
  /** Whether it is about messages between agents or about timers, which an agent sets for itself. */
  readonly about: 'messages' | 'timers';
  /** Types of messages, or names of timers: whole, or what stands before the first blank. */
  readonly names?: readonly string[] | undefined;
  /** Senders; of a timer, who set it. */
  readonly from?: readonly string[] | undefined;
  /** Receivers. Not of timers. */
  readonly to?: readonly string[] | undefined;
  /** Only what is sent in [since, until): instants. */
  readonly since?: VirtualTime | undefined;
  readonly until?: VirtualTime | undefined;
  /** In [0, 1]: how likely it strikes what it fits. */
  readonly probability: number;
  readonly fate: Fate;
}

/** What a rule decided of one message or timer. */
export interface Verdict {
  readonly rule: string;
  readonly kind: FateKind;
  /** Nanoseconds by which it, or its copy, comes later; 0 for what is dropped. */
  readonly by: VirtualTime;
}

/** Verdicts of rules on timers: a timer has no copy and no way of its own. */
export const TIMER_FATES: readonly FateKind[] = ['delay', 'drop'];
