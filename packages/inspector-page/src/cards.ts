/** Which agents have cards, in which order, and what opens, closes and moves them. */
import type { AgentId } from '@dragon/engine';
import { partiesAt, type RunRecord } from '@dragon/inspection';
import { batch } from '@preact/signals';
import { chartOf } from './agent-view.ts';
import type { PageState } from './page-state.ts';

const MOST_CARDS = 20;
/** So many fill the column. */
const USUAL_CARDS = 3;
/** Kinds whose story a run mostly is. */
const FIRST_KINDS = ['kswapd', 'inodegc'];

/** Returns the agents of the cards: those that somebody opened; until then, a finding's parties, or some threads. */
export function shownCards(state: PageState): readonly AgentId[] {
  const record = state.record.value;
  if (record === undefined) return [];
  const opened = state.cards.value.filter((agent) => record.placeOf(agent) >= 0).slice(0, MOST_CARDS);
  if (opened.length > 0) return opened;
  const parties = [...new Set(partiesAt(record, state.t.value))];
  return [...parties, ...usualAgents(record).filter((agent) => !parties.includes(agent))].slice(
    0,
    Math.max(USUAL_CARDS, Math.min(parties.length, MOST_CARDS)),
  );
}

/** Returns whose chart the stage shows: the selected agent's if it has one, or that of the first card. */
export function chartAgent(state: PageState, record: RunRecord): AgentId | undefined {
  const chosen = state.selection.value;
  return chosen !== undefined && chartOf(record, chosen) !== undefined ? chosen : shownCards(state)[0];
}

/** The first thread of each kind, kswapd's and the worker's before others. */
function usualAgents({ plan }: RunRecord): AgentId[] {
  const firstOf = new Map<string, AgentId>();
  for (const { id, kind, task } of plan.agents) if (task !== undefined && !firstOf.has(kind)) firstOf.set(kind, id);
  const kinds = [...FIRST_KINDS, ...[...firstOf.keys()].filter((kind) => !FIRST_KINDS.includes(kind))];
  return kinds.flatMap((kind) => firstOf.get(kind) ?? []);
}

/** Opens an agent's card behind the others; with too many, the first one goes. */
export function openCard(state: PageState, agent: AgentId): void {
  const cards = shownCards(state);
  if (!cards.includes(agent)) state.cards.value = [...cards, agent].slice(-MOST_CARDS);
}

export function closeCard(state: PageState, agent: AgentId): void {
  state.cards.value = shownCards(state).filter((each) => each !== agent);
}

/** Puts a card where another one is. */
export function moveCard(state: PageState, agent: AgentId, to: AgentId): void {
  const cards = shownCards(state);
  const place = cards.indexOf(to);
  const others = cards.filter((each) => each !== agent);
  if (place >= 0) state.cards.value = [...others.slice(0, place), agent, ...others.slice(place)];
}

/** Shows the whole chart of an agent on the stage. */
export function openChart(state: PageState, agent: AgentId): void {
  batch(() => {
    state.selection.value = agent;
    state.choose('chart');
  });
}
