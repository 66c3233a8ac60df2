/** The span of a run that is worth looking at: of one that idles on to its limit, what came before. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';

/** Room behind what happened last, as a part of the whole. */
const ROOM = 1.05;

/** Returns its end: the edge while the run goes on, then a little after the last time that a thread did something. */
export function runSpan(record: RunRecord): VirtualTime {
  if (record.end === undefined) return record.edge;
  let last = 0;
  for (const place of record.agents.keys()) {
    if (record.start(place).look === 'part') continue;
    const lane = record.lane(place);
    last = Math.max(last, lane.startOf(lane.stretches - 1));
  }
  for (const { at } of record.findings) last = Math.max(last, at);
  return last === 0 ? record.edge : Math.min(record.edge, Math.round(last * ROOM));
}
