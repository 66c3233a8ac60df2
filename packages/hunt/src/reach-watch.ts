/** Reach of a run: which transitions its agents took and which states they were in, as numbers of a chart table. */
import type { Observer, Present, Seen, Taken } from '@dragon/engine';
import { type ChartTable, enteredStates } from './chart-table.ts';
import { NumberSet } from './number-set.ts';

export class ReachWatch implements Observer {
  readonly moves = true;
  readonly edges: NumberSet;
  readonly states: NumberSet;
  readonly #table: ChartTable;
  /** What was seen of a transition already, which is the same object each time. */
  readonly #known = new Map<string, Set<Taken>>();

  constructor(table: ChartTable) {
    this.#table = table;
    this.edges = new NumberSet(table.edges.length);
    this.states = new NumberSet(table.states.length);
  }

  attached(agents: Iterable<Present>): void {
    for (const { definition } of agents) this.#begin(definition);
  }

  see({ definition, event, moves = [] }: Seen): void {
    if (event === undefined) this.#begin(definition);
    for (const { taken } of moves) for (const each of taken) this.#take(definition, each);
  }

  #begin({ kind, chart }: Seen['definition']): void {
    if (chart !== undefined && !this.#known.has(kind)) this.#enter(kind, enteredStates(chart, ''));
  }

  #take({ kind, chart }: Seen['definition'], taken: Taken): void {
    let known = this.#known.get(kind);
    if (known === undefined) this.#known.set(kind, (known = new Set()));
    if (known.has(taken)) return;
    known.add(taken);
    const edge = this.#table.edge(kind, taken);
    if (edge !== undefined) this.edges.add(edge);
    if (chart === undefined) return;
    for (const target of taken.target) this.#enter(kind, enteredStates(chart, target));
  }

  #enter(kind: string, paths: readonly string[]): void {
    for (const path of paths) {
      const state = this.#table.state(kind, path);
      if (state !== undefined) this.states.add(state);
    }
  }
}
