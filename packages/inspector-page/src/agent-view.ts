/** An agent as cards and charts show it at the cursor: its chart, its marks, its card, and the words for its waits. */
import { type AgentId, formatDuration, type VirtualTime } from '@dragon/engine';
import {
  type AgentCard,
  agentCard,
  agentMarks,
  type ChartIndex,
  type ChartMarks,
  ChartVisits,
  type RuledOutEdges,
  type RunRecord,
  type StateAhead,
  type StateLook,
  stretchesBack,
} from '@dragon/inspection';
import {
  blockedFor,
  cardHolds,
  cardWait,
  type ReportNames,
  reportNames,
  type Sentence,
  verdictSentence,
} from '@dragon/report';
import { LOOK_WORDS } from './look-icon.tsx';

/** What is kept for a record as long as it is there. */
interface RecordViews {
  readonly names: ReportNames;
  readonly visits: Map<AgentId, ChartVisits>;
}

const views = new WeakMap<RunRecord, RecordViews>();

function viewsOf(record: RunRecord): RecordViews {
  let known = views.get(record);
  if (known === undefined) views.set(record, (known = { names: reportNames(record.plan), visits: new Map() }));
  return known;
}

/** Returns how tasks and resources of a run are called. */
export const namesOf = (record: RunRecord): ReportNames => viewsOf(record).names;

/** Returns the chart of an agent; undefined if there is no such agent or it has none. */
export function chartOf(record: RunRecord, agent: AgentId): ChartIndex | undefined {
  const kind = record.agents[record.placeOf(agent)]?.kind;
  return kind === undefined ? undefined : record.chartOf(kind);
}

/** Returns the card of an agent at `t`. */
export function cardAt(
  record: RunRecord,
  agent: AgentId,
  t: VirtualTime,
  ruledOut: RuledOutEdges,
  ahead?: StateAhead,
): AgentCard | undefined {
  const index = chartOf(record, agent);
  return index && agentCard(index, stretchesBack(record, record.placeOf(agent), t, ahead), ruledOut);
}

/** Returns what is marked on the chart of an agent at `t`. */
export function marksAt(
  record: RunRecord,
  agent: AgentId,
  t: VirtualTime,
  ruledOut: RuledOutEdges,
  ahead?: StateAhead,
): ChartMarks {
  const { visits } = viewsOf(record);
  let own = visits.get(agent);
  if (own === undefined) visits.set(agent, (own = new ChartVisits(record, record.placeOf(agent))));
  return agentMarks(record, agent, t, ruledOut, own, ahead);
}

/**
 * Returns what an agent waits for and holds at `t`, what else holds of it, and what a rule did to it last: sentences,
 * none of them empty.
 */
export function factSentences(record: RunRecord, agent: AgentId, t: VirtualTime): Sentence[] {
  const task = record.waitsAt(t).tasks.get(agent);
  const names = namesOf(record);
  const wait = task?.waitsFor ?? undefined;
  const said = [wait === undefined ? [] : cardWait(wait, names), cardHolds(task?.holds ?? [], names)];
  said.push(...record.conditions.at(agent, t).map((words) => [{ text: words }]));
  const verdict = record.verdicts.last(agent, t);
  if (verdict !== undefined) said.push(verdictSentence(verdict, names.tasks));
  return said.filter(({ length }) => length > 0);
}

/** Returns how long an agent has been in its state, in words: `blocked 1.75 s`. */
export function sinceWords(look: StateLook, since: VirtualTime, t: VirtualTime): string {
  const long = Math.max(0, t - since);
  switch (look) {
    case 'wait':
      return blockedFor(long);
    case 'exit':
      return LOOK_WORDS.exit;
    case 'part':
      return formatDuration(long);
    case 'run':
    case 'ready':
    case 'sleep':
      return `${LOOK_WORDS[look]} ${formatDuration(long)}`;
  }
}
