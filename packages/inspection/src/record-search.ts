/** Search in a run: for agents, states and messages by a part of their name. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { TaskNames } from '@dragon/report';
import type { RunRecord } from './run-record.ts';

/** What was found: an agent; or a state or message, with where it next comes after the cursor. */
export type SearchHit =
  | { readonly kind: 'agent'; readonly text: string; readonly agent: AgentId }
  | {
      readonly kind: 'state' | 'message';
      readonly text: string;
      /** How often there are such events in the run. */
      readonly count: number;
      readonly next: { readonly at: VirtualTime; readonly agent: AgentId } | undefined;
    };

const MOST_HITS = 40;

/** Returns the hits, agents first; none for an empty text. Upper and lower case are the same. */
export function searchRecord(record: RunRecord, names: TaskNames, text: string, t: VirtualTime): SearchHit[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const has = (name: string): boolean => name.toLowerCase().includes(wanted);
  const agents: SearchHit[] = record.agents
    .filter(({ id }) => has(id) || has(names.name(id)))
    .map(({ id }) => ({ kind: 'agent', text: names.name(id), agent: id }));
  const states = placesByText(record.stateNames.map(({ text: state }) => leafWith(state, has)));
  const messages = placesByText(record.messageTypes.map((type) => (has(type) ? type : undefined)));
  return [
    ...agents.slice(0, MOST_HITS),
    ...hitsOf(record, 'state', states, t),
    ...hitsOf(record, 'message', messages, t),
  ].slice(0, MOST_HITS);
}

/** Returns the word of a state's name that has what is wanted: the deepest of its path. */
function leafWith(state: string, has: (name: string) => boolean): string | undefined {
  const words = state.split(' ').flatMap((path) => path.split('.'));
  return words.findLast(has);
}

function placesByText(texts: readonly (string | undefined)[]): Map<string, Set<number>> {
  const places = new Map<string, Set<number>>();
  for (const [place, text] of texts.entries()) {
    if (text === undefined) continue;
    const known = places.get(text);
    if (known === undefined) places.set(text, new Set([place]));
    else known.add(place);
  }
  return places;
}

function hitsOf(
  record: RunRecord,
  kind: 'state' | 'message',
  wanted: ReadonlyMap<string, ReadonlySet<number>>,
  t: VirtualTime,
): SearchHit[] {
  const column = kind === 'state' ? record.state : record.message;
  return [...wanted].slice(0, MOST_HITS).map(([text, places]) => {
    let count = 0;
    let next: { readonly at: VirtualTime; readonly agent: AgentId } | undefined;
    for (let row = 0; row < record.rows; row += 1) {
      if (!places.has(column.at(row))) continue;
      count += 1;
      const at = record.at.at(row);
      if (next === undefined && at > t) next = { at, agent: record.agents[record.to.at(row)]?.id ?? '' };
    }
    return { kind, text, count, next };
  });
}
