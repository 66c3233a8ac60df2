/** Runs as files of other tools, made of the record that the page has. */
import type { AgentId, FactsChange, Row } from '@dragon/engine';
import { MermaidSequence, PerfettoTrace } from '@dragon/export';
import type { RunRecord, TimeWindow } from '@dragon/inspection';
import { plainText } from '@dragon/report';

/** Returns the run as a trace that ui.perfetto.dev opens. */
export function perfettoFile(record: RunRecord): Blob {
  const trace = new PerfettoTrace(record);
  eachNews(record, trace);
  for (const agent of record.census.agents) {
    const { instants, numbers } = record.census.of(agent) ?? { instants: [], numbers: [] };
    for (const [i, each] of numbers.entries()) trace.census({ at: instants[i] ?? 0, agent, numbers: each });
  }
  for (const { at, tag, headline } of record.stories) trace.note(at, `${tag}: ${plainText(headline)}`);
  if (record.end !== undefined) trace.note(record.end.endedAt, `ended: ${record.end.outcome}`);
  trace.finish();
  return new Blob([trace.take().slice()], { type: 'application/octet-stream' });
}

/** Returns what some agents said to each other in a part of the run as a Mermaid sequence diagram. */
export function mermaidText(record: RunRecord, agents: readonly AgentId[], { from, to }: TimeWindow): string {
  const sequence = new MermaidSequence(record, { agents, from, to });
  eachNews(record, sequence);
  return sequence.text();
}

interface NewsReader {
  row(row: Row): void;
  facts(change: FactsChange): void;
}

/** What an agent waits for it says after the step in which it began to. */
function eachNews(record: RunRecord, reader: NewsReader): void {
  const { waits } = record;
  const received = new Map<AgentId, number>();
  let told = 0;
  const tell = (before: number): void => {
    for (; told < waits.length; told += 1) {
      const change = waits.change(told);
      if (change.at >= before) break;
      reader.facts(change);
    }
  };
  for (let place = 0; place < record.rows; place += 1) {
    const row = record.row(place);
    if (row === undefined) continue;
    tell(row.at);
    const { at, to, from, message, state } = row;
    const index = received.get(to) ?? 0;
    received.set(to, index + 1);
    reader.row({ at, to, from, seq: place, message: { type: message }, index, state: state.text });
  }
  tell(Number.POSITIVE_INFINITY);
}
