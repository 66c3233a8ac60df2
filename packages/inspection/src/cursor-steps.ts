/** Steps of a cursor through a run: to the next event, the next change of an agent, the next thing worth a look. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { RunRecord } from './run-record.ts';
import { firstAfter } from './wait-intervals.ts';

/** Where a step leads to; undefined if there is nothing in that direction. */
type Step = VirtualTime | undefined;

/** Returns the instant of the first event after `t`. */
export function nextEvent(record: RunRecord, t: VirtualTime): Step {
  const row = record.lastRow(t) + 1;
  return row < record.rows ? record.at.at(row) : undefined;
}

/** Returns the instant of the last event before `t`; 0 before the first. */
export function previousEvent(record: RunRecord, t: VirtualTime): Step {
  if (t <= 0) return undefined;
  const row = record.lastRow(t - 1);
  return row < 0 ? 0 : record.at.at(row);
}

/** Returns when an agent next changes its state. */
export function nextChange(record: RunRecord, agent: AgentId, t: VirtualTime): Step {
  const place = record.placeOf(agent);
  if (place < 0) return undefined;
  const lane = record.lane(place);
  const stretch = lane.stretchAt(t) + 1;
  return stretch < lane.stretches ? lane.startOf(stretch) : undefined;
}

/** Returns when an agent last changed its state before `t`. */
export function previousChange(record: RunRecord, agent: AgentId, t: VirtualTime): Step {
  const place = record.placeOf(agent);
  if (place < 0 || t <= 0) return undefined;
  const lane = record.lane(place);
  return lane.startOf(lane.stretchAt(t - 1));
}

/** Returns the instant of the next finding or beginning of a wait. */
export function nextNotable(record: RunRecord, t: VirtualTime): Step {
  const { began } = record.waits.intervals;
  const wait = began[firstAfter(began, t)]?.from ?? Number.POSITIVE_INFINITY;
  // A stall is told last, wherever it began.
  const next = Math.min(wait, ...record.stories.flatMap(({ at }) => (at > t ? [at] : [])));
  return Number.isFinite(next) ? next : undefined;
}

/** Returns the instant of the last finding or beginning of a wait before `t`. */
export function previousNotable(record: RunRecord, t: VirtualTime): Step {
  const { began } = record.waits.intervals;
  const wait = began[firstAfter(began, Math.ceil(t) - 1) - 1]?.from ?? Number.NEGATIVE_INFINITY;
  const last = Math.max(wait, ...record.stories.flatMap(({ at }) => (at < t ? [at] : [])));
  return Number.isFinite(last) ? last : undefined;
}
