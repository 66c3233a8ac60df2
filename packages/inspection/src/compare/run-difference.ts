/**
 * The first difference of two runs, found by making both again side by side: with their messages, of which a record
 * has the type alone. All agents come with it.
 */
import { LocalRun, type Plan, type Row } from '@dragon/engine';
import { kernelFinders, runRows, TraceComparison, type TraceDiff } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';

export class RunDifference {
  readonly #rows: readonly Iterator<Row, void>[];
  readonly #comparison = new TraceComparison();
  #isOver = false;

  constructor(one: Plan, other: Plan) {
    this.#rows = [one, other].map((plan) =>
      runRows((onRow) => new LocalRun(plan, DEFINITIONS, { finders: kernelFinders().finders, onRow })),
    );
  }

  /** Compares at most so many rows more; returns the difference when it is known. */
  advance(most: number): TraceDiff | undefined {
    for (let i = 0; i < most && !this.#isOver; i += 1) {
      const [left, right] = this.#rows.map((rows) => rows.next().value ?? undefined);
      this.#isOver = !this.#comparison.next(left, right);
    }
    return this.#isOver ? this.#comparison.result() : undefined;
  }
}
