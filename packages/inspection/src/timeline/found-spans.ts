/** Spans in which agents are parties of a finding: from the instant at which it stands until their wait ends. */
import type { AgentId } from '@dragon/engine';
import { findingParties } from '../finding-parties.ts';
import type { RunRecord } from '../run-record.ts';
import type { FoundSpan } from './timeline-view.ts';
import type { WaitHistory } from './wait-history.ts';

export function foundSpans(record: RunRecord, history: WaitHistory): Map<AgentId, FoundSpan> {
  const spans = new Map<AgentId, FoundSpan>();
  for (const finding of record.findings)
    for (const agent of findingParties(finding, record.agents).agents) {
      if (spans.has(agent)) continue;
      const wait = history.waitAt(agent, finding.at);
      const place = record.placeOf(agent);
      if (place < 0) continue;
      const lane = record.lane(place);
      const to = wait?.to ?? lane.endOf(lane.stretchAt(finding.at));
      spans.set(agent, { from: finding.at, to: Math.max(to, finding.at) });
    }
  return spans;
}
