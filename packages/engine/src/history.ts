/** The last rows of each thread, for the report of a finding: an observer. */
import type { AgentId, Event } from './event.ts';
import type { Observer, Seen } from './observer.ts';
import { type Row, rowOf } from './row.ts';

/** How many of its last rows are kept of each thread: a walk of the shrinkers up to its wait is some forty. */
export const HISTORY_ROWS = 64;

/** And how many of its last turns. */
export const HISTORY_TURNS = 16;

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

/** The rows of each agent that has any, as data. */
export type SavedHistory = readonly (readonly [agent: AgentId, rows: AgentRows])[];

export class History implements Observer {
  readonly #agents: Map<AgentId, AgentRows>;

  /** `saved`: what another one has kept so far. */
  constructor(saved: SavedHistory = []) {
    this.#agents = new Map(
      saved.map(([agent, { recent, turns }]) => [agent, { recent: [...recent], turns: [...turns] }]),
    );
  }

  see({ agent, event, index, state, definition, before, after }: Seen): void {
    const { task } = definition.facts(after);
    // What is no thread waits for nothing, and is in no report.
    if (event === undefined || task === undefined) return;
    const rows = this.#rowsOf(agent);
    const kept = { event, index, state };
    keep(rows.recent, kept, HISTORY_ROWS);
    if (before !== after && definition.facts(before).task !== task) keep(rows.turns, kept, HISTORY_TURNS);
  }

  /** Returns the last rows and the last turns of an agent, oldest first; none of an agent that is no thread. */
  rows(agent: AgentId): readonly Row[] {
    const { recent, turns } = this.#rowsOf(agent);
    const since = recent[0]?.index ?? 0;
    return [...turns.filter(({ index }) => index < since), ...recent].map(({ event, index, state }) =>
      rowOf(event, index, state),
    );
  }

  save(): SavedHistory {
    return [...this.#agents].map(([agent, { recent, turns }]) => [agent, { recent: [...recent], turns: [...turns] }]);
  }

  #rowsOf(agent: AgentId): AgentRows {
    let rows = this.#agents.get(agent);
    if (rows === undefined) this.#agents.set(agent, (rows = { recent: [], turns: [] }));
    return rows;
  }
}

function keep(steps: Kept[], step: Kept, most: number): void {
  steps.push(step);
  if (steps.length > most) steps.shift();
}
