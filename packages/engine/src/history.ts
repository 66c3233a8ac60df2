/** The last rows of each agent, for the report of a finding: an observer. */
import type { AgentId, Event } from './event.ts';
import type { Observer, Seen } from './observer.ts';
import { type Row, rowOf } from './row.ts';

/** How many of its last rows, and of its last turns, are kept of each agent. */
export const HISTORY_ROWS = 16;

/** What a row is made of. It does not keep the states: hundreds of them would outlive their steps. */
interface Kept extends Pick<Seen, 'index' | 'state'> {
  readonly event: Event;
}

interface AgentRows {
  readonly recent: Kept[];
  /**
   * Steps that changed what the thread holds or waits for: a jammed worker that everybody queues on must not forget how
   * it got stuck.
   */
  readonly turns: Kept[];
}

export class History implements Observer {
  readonly #agents = new Map<AgentId, AgentRows>();

  see({ agent, event, index, state, definition, before, after }: Seen): void {
    if (event === undefined) return;
    const rows = this.#rowsOf(agent);
    const kept = { event, index, state };
    keep(rows.recent, kept);
    if (before !== after && definition.facts(before).task !== definition.facts(after).task) keep(rows.turns, kept);
  }

  /** Returns the last rows and the last turns of an agent, oldest first. */
  rows(agent: AgentId): readonly Row[] {
    const { recent, turns } = this.#rowsOf(agent);
    const since = recent[0]?.index ?? 0;
    return [...turns.filter(({ index }) => index < since), ...recent].map(({ event, index, state }) =>
      rowOf(event, index, state),
    );
  }

  #rowsOf(agent: AgentId): AgentRows {
    let rows = this.#agents.get(agent);
    if (rows === undefined) this.#agents.set(agent, (rows = { recent: [], turns: [] }));
    return rows;
  }
}

function keep(steps: Kept[], step: Kept): void {
  steps.push(step);
  if (steps.length > HISTORY_ROWS) steps.shift();
}
