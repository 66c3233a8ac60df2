/** The line that says what an agent does at an instant, for whoever hears the page. */
import { type AgentId, formatSeconds, type VirtualTime } from '@dragon/engine';
import { plainText, type ReportNames } from '@dragon/report';
import { mainLeaf } from '../main-leaf.ts';
import type { RunRecord } from '../run-record.ts';
import { waitSentence } from '../waits/wait-sentence.ts';

export function agentLine(record: RunRecord, agent: AgentId, t: VirtualTime, names: ReportNames): string {
  const waits = waitSentence(record, agent, t, names);
  if (waits !== undefined) return plainText(waits);
  const { state, since } = record.now(record.placeOf(agent), t);
  return `${names.tasks.name(agent)}: ${mainLeaf(record.chartOf(state.kind), state.text)}, since ${formatSeconds(since)} s`;
}
