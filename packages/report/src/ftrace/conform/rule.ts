/** What a set of rules is to the pass over a trace. */
import type { Bounds, InodegcWatcher } from '../inodegc-trace.ts';
import type { KernelEvent, TraceGap } from '../kernel-event.ts';
import type { Tally } from './tally.ts';

/** Rules see an event before the inodegc queues do: what they are told as watchers is newer than the event. */
export interface RuleSet extends InodegcWatcher {
  readonly tallies: readonly Tally[];
  event?(event: KernelEvent): void;
  /** Events may be missing here: forget what was inferred. */
  gap?(gap: TraceGap): void;
  /** The trace is over: decide what waited for more evidence. */
  finish?(): void;
}

/** Why a number is not known at first. */
export const MID_RUN = 'the trace begins, or lacks events, in the middle of it';

/** Returns why a number is only known within bounds. */
export function whyUnsure(...numbers: readonly Bounds[]): string {
  if (numbers.some(({ high }) => high === Number.POSITIVE_INFINITY)) return MID_RUN;
  return 'a scan of the shrinker, or the start of a run, was under way at the same time';
}
