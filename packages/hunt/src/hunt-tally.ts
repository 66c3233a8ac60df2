/** The tally of a hunt: what its runs found and reached. The same for the same runs, in whatever order they came. */
import { compareText, type VirtualTime } from '@dragon/engine';
import type { Outcome } from '@dragon/report';
import type { ChartTable } from './chart-table.ts';
import type { HuntedRun } from './hunted-run.ts';
import { NumberSet } from './number-set.ts';

export interface HuntFinding {
  readonly outcome: Outcome;
  /** Equal for findings that are one. */
  readonly line: string;
  readonly runs: number;
  /** The first attempt that found it, and when in its run. */
  readonly first: number;
  readonly at: VirtualTime;
}

/** After so many runs, of those that were made: what they had found and reached by then. */
export interface CurvePoint {
  readonly runs: number;
  readonly findings: number;
  readonly edges: number;
}

export class HuntTally {
  readonly #table: ChartTable;
  readonly #runs = new Map<number, HuntedRun>();
  readonly #edges: NumberSet;
  readonly #states: NumberSet;
  readonly #lines = new Set<string>();
  readonly #edgeCounts: number[];

  constructor(table: ChartTable) {
    this.#table = table;
    this.#edges = new NumberSet(table.edges.length);
    this.#states = new NumberSet(table.states.length);
    this.#edgeCounts = table.edges.map(() => 0);
  }

  get runs(): number {
    return this.#runs.size;
  }

  /** How many different findings there are. */
  get found(): number {
    return this.#lines.size;
  }

  /** How many runs were cut. */
  get cut(): number {
    return [...this.#runs.values()].filter(({ cut }) => cut).length;
  }

  get edges(): NumberSet {
    return this.#edges;
  }

  get states(): NumberSet {
    return this.#states;
  }

  add(index: number, run: HuntedRun): void {
    if (this.#runs.has(index)) return;
    this.#runs.set(index, run);
    if (run.finding !== null) this.#lines.add(run.finding.line);
    for (const edge of NumberSet.from(run.edges, this.#table.edges.length).members()) {
      this.#edges.add(edge);
      this.#edgeCounts[edge] = (this.#edgeCounts[edge] ?? 0) + 1;
    }
    for (const state of NumberSet.from(run.states, this.#table.states.length).members()) this.#states.add(state);
  }

  /** Returns how many runs took a transition. */
  takenBy(edge: number): number {
    return this.#edgeCounts[edge] ?? 0;
  }

  /** Returns how many runs ended how, the most frequent first. */
  outcomes(): readonly (readonly [Outcome, number])[] {
    const counts = new Map<Outcome, number>();
    for (const { outcome } of this.#runs.values()) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    return [...counts].toSorted(([a, few], [b, many]) => many - few || compareText(a, b));
  }

  /** In the order of the attempts that found them first. */
  findings(): readonly HuntFinding[] {
    const found = new Map<string, HuntFinding>();
    for (const [index, { outcome, finding }] of this.#inOrder()) {
      if (finding === null) continue;
      const { line, at } = finding;
      const before = found.get(line);
      found.set(
        line,
        before === undefined ? { outcome, line, runs: 1, first: index, at } : { ...before, runs: before.runs + 1 },
      );
    }
    return [...found.values()];
  }

  /** Returns where findings or transitions became more, and the end, in the order of the attempts. */
  curve(): readonly CurvePoint[] {
    const points: CurvePoint[] = [];
    const lines = new Set<string>();
    const edges = new NumberSet(this.#table.edges.length);
    let [reached, runs] = [0, 0];
    for (const [, run] of this.#inOrder()) {
      runs += 1;
      if (run.finding !== null) lines.add(run.finding.line);
      for (const edge of NumberSet.from(run.edges, this.#table.edges.length).members()) {
        if (edges.has(edge)) continue;
        edges.add(edge);
        reached += 1;
      }
      const last = points.at(-1);
      if (last?.findings !== lines.size || last.edges !== reached || runs === this.runs)
        points.push({ runs, findings: lines.size, edges: reached });
    }
    return points;
  }

  #inOrder(): readonly (readonly [number, HuntedRun])[] {
    return [...this.#runs].toSorted(([a], [b]) => a - b);
  }
}
