/** The sentence that says what an agent waits for at an instant, who is in the way, and since when. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { type ReportNames, type Sentence, waitLine } from '@dragon/report';
import type { RunRecord } from '../run-record.ts';

/** Returns undefined if it does not wait. */
export function waitSentence(
  record: RunRecord,
  agent: AgentId,
  t: VirtualTime,
  names: ReportNames,
): Sentence | undefined {
  const facts = record.waitsAt(t);
  const task = facts.tasks.get(agent);
  if (!task?.waitsFor) return undefined;
  return waitLine(agent, task.waitsFor, task.waitingSince, facts.blockers(agent), names);
}
