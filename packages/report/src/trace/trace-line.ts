/** Lines of a trace, as two of them are compared: rows, and behind the rows of an instant the verdicts of it. */
import type { Row, ToldVerdict } from '@dragon/engine';

export type TraceLine = Row | ToldVerdict;

export const isVerdict = (line: TraceLine): line is ToldVerdict => 'fate' in line;

/** Puts rows and verdicts into one order, as they come in pieces. */
export class LineMerger {
  #verdicts: ToldVerdict[] = [];

  /** Takes the next ones, of which each kind is in order; yields the lines behind which nothing of theirs can come. */
  *take(rows: Iterable<Row>, verdicts: readonly ToldVerdict[]): Generator<TraceLine, void, undefined> {
    this.#verdicts.push(...verdicts);
    let next = 0;
    for (const row of rows) {
      for (let verdict = this.#verdicts[next]; verdict !== undefined && verdict.at < row.at; ) {
        yield verdict;
        next += 1;
        verdict = this.#verdicts[next];
      }
      yield row;
    }
    if (next > 0) this.#verdicts = this.#verdicts.slice(next);
  }

  /** Yields what stands behind the last row. */
  *rest(): Generator<TraceLine, void, undefined> {
    yield* this.#verdicts;
    this.#verdicts = [];
  }
}
