/** Coverage of a hunt: of each chart, which transitions its runs took, and which none did. */
import type { ChartTable, TableEdge } from './chart-table.ts';
import type { HuntTally } from './hunt-tally.ts';

export interface ChartCoverage {
  readonly kind: string;
  readonly states: number;
  readonly statesReached: number;
  /** Transitions that agents of the scenario can take, as far as is known. */
  readonly transitions: number;
  readonly taken: number;
  /** Those of them that no run took. */
  readonly missed: readonly TableEdge[];
  /** Transitions beside these, which no agent of the scenario can take. */
  readonly ruledOut: number;
}

/** Returns the coverage of each chart, in the order of kinds. */
export function coverageOf(table: ChartTable, tally: HuntTally): readonly ChartCoverage[] {
  return [...new Set(table.states.map(({ kind }) => kind))].map((kind) => {
    const edges = [...table.edges.entries()].filter(([, edge]) => edge.kind === kind);
    const missed = edges.filter(([i, { ruledOut }]) => !ruledOut && !tally.edges.has(i)).map(([, edge]) => edge);
    const taken = edges.filter(([i]) => tally.edges.has(i)).length;
    const states = [...table.states.entries()].filter(([, state]) => state.kind === kind);
    return {
      kind,
      states: states.length,
      statesReached: states.filter(([i]) => tally.states.has(i)).length,
      transitions: taken + missed.length,
      taken,
      missed,
      ruledOut: edges.length - taken - missed.length,
    };
  });
}

/** Returns a transition as it is written: `work.armed: jiffy [hasInodes] -> work.queued`. */
export function edgeText(edge: TableEdge): string {
  const { source, target } = edge;
  return `${source === '' ? '(root)' : source}: ${causeText(edge)}${target.length === 0 ? '' : ` -> ${target.join(', ')}`}`;
}

/** Returns what makes an agent take it: `jiffy [hasInodes]`; without a guard that has a name, which one of several. */
export function causeText({ by, guard, index }: TableEdge): string {
  return guard === undefined ? `${by}${index === 0 ? '' : ` (${index + 1})`}` : `${by} [${guard}]`;
}
