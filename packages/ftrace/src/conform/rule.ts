/** Sets of rules that a trace is held to, as the pass over the trace calls them. */
import type { Bounds } from '../gc-state.ts';
import type { InodegcTrace, InodegcWatcher } from '../inodegc-trace.ts';
import type { KernelEvent, TraceGap } from '../kernel-event.ts';
import type { Tally } from './tally.ts';

/** Rules see an event before the inodegc queues do: what they are told as watchers is newer than the event. */
export interface RuleSet extends InodegcWatcher {
  readonly tallies: readonly Tally[];
  event?(event: KernelEvent): void;
  /** Events may be missing here: forget what was inferred. */
  gap?(gap: TraceGap): void;
  /** The trace is over: decide what waited for more evidence. */
  finish?(queues: InodegcTrace): void;
}

/** Why a number is not known at first. */
export const MID_RUN = 'the trace begins, ends or lacks events in the middle of it';

/** Returns why a count is only known within bounds; `certain`: the list was known. */
export function whyUnsure(certain: boolean, count: Bounds): string {
  if (!certain || count.high === Number.POSITIVE_INFINITY) return MID_RUN;
  return 'a scan of the shrinker, or the start of a run, was under way at the same time';
}

/** What happens so often, and never otherwise, is no slip: an exemption, or an event that was not recorded. */
export const CONSISTENT = 3;

export const SCANS_UNRECORDED =
  'runs find kicks, but there is no scan at all: xfs_inodegc_shrinker_scan was not recorded';

export function scansUnrecorded({ scans, runsWithHits }: InodegcTrace): boolean {
  return scans === 0 && runsWithHits >= CONSISTENT;
}
