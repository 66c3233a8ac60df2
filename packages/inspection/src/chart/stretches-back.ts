/** The states that an agent has been in, from an instant backwards, with what led to each. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';
import type { StateAhead } from '../live/state-ahead.ts';
import type { CardStretch } from './agent-card.ts';

/**
 * Yields the stretch of `t` first; `place` is the agent's place in the record. What is known ahead of the record comes
 * before that.
 */
export function* stretchesBack(
  record: RunRecord,
  place: number,
  t: VirtualTime,
  ahead?: StateAhead,
): Generator<CardStretch, void, void> {
  if (ahead !== undefined) yield { ...ahead, state: ahead.state.text };
  const lane = record.lane(place);
  for (let stretch = lane.stretchAt(t); stretch >= 0; stretch -= 1) {
    const row = lane.rowOf(stretch);
    const message = record.row(row)?.message;
    yield {
      state: lane.stateOf(stretch, place).text,
      since: lane.startOf(stretch),
      cause: message === undefined ? undefined : { message, taken: record.taken(row) },
    };
  }
}
