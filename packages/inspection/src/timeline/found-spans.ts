/**
 * Spans in which agents are parties of findings: each from the instant at which its finding stands until the wait ends,
 * or the state if it is no wait.
 */
import type { AgentId } from '@dragon/engine';
import { findingParties } from '../finding-parties.ts';
import type { RunRecord } from '../run-record.ts';
import type { FoundSpan } from './timeline-view.ts';
import type { WaitHistory } from './wait-history.ts';

/** Returns them by agent, in the order of the findings. */
export function foundSpans(
  record: Pick<RunRecord, 'findings' | 'agents' | 'placeOf' | 'lane'>,
  history: Pick<WaitHistory, 'waitAt'>,
): Map<AgentId, readonly FoundSpan[]> {
  const spans = new Map<AgentId, FoundSpan[]>();
  for (const finding of record.findings)
    for (const agent of findingParties(finding, record.agents).agents) {
      const place = record.placeOf(agent);
      if (place < 0) continue;
      const lane = record.lane(place);
      const to = history.waitAt(agent, finding.at)?.to ?? lane.endOf(lane.stretchAt(finding.at));
      const own = spans.get(agent) ?? [];
      own.push({ from: finding.at, to: Math.max(to, finding.at) });
      spans.set(agent, own);
    }
  return spans;
}
