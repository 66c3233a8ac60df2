/** The line that says what an agent does at an instant, for whoever hears the page. */
import { type AgentId, formatSeconds, type VirtualTime } from '@dragon/engine';
import { type Holder, plainText, type ReportNames, waitLine } from '@dragon/report';
import { mainLeaf } from '../main-leaf.ts';
import type { RunRecord } from '../run-record.ts';

export function agentLine(record: RunRecord, agent: AgentId, t: VirtualTime, names: ReportNames): string {
  const facts = record.waitsAt(t);
  const task = facts.tasks.get(agent);
  if (task?.waitsFor) {
    const { resource } = task.waitsFor;
    const holders = facts.blockers(agent).map((holder): Holder => {
      const held = facts.tasks.get(holder)?.holds.find((hold) => hold.resource === resource);
      return { agent: holder, mode: held?.mode ?? '' };
    });
    return plainText(waitLine(agent, task.waitsFor, task.waitingSince, holders, names));
  }
  const { state, since } = record.now(record.placeOf(agent), t);
  return `${names.tasks.name(agent)}: ${mainLeaf(record.chartOf(state.kind), state.text)}, since ${formatSeconds(since)} s`;
}
