/** The last event that an agent received, whether it changed the name of its state or not. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { RunRecord } from './run-record.ts';

/** Returns its row when everything at `t` has happened; -1 if the agent has received none. */
export function lastOwnRow(record: RunRecord, agent: AgentId, t: VirtualTime): number {
  const place = record.placeOf(agent);
  if (place < 0) return -1;
  // What changed the state is its own, and nothing of its own before that is looked for.
  const { row: first } = record.now(place, t);
  let row = record.lastRow(t);
  while (row > first && record.to.at(row) !== place) row -= 1;
  return row;
}
