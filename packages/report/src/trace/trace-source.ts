/** A trace being read, in either form: header and plan at once, rows as they are taken, how it ended after them. */
import type { CensusSample, FactsChange, Json, Row, ToldVerdict } from '@dragon/engine';
import type { TraceFooter, TraceHeader } from './trace-format.ts';
import type { TraceLine } from './trace-line.ts';

/** What a trace says of some time, each in the order of its instants; pieces follow one another in time. */
export interface TracePiece {
  readonly rows: readonly Row[];
  readonly facts: readonly FactsChange[];
  readonly census: readonly CensusSample[];
  readonly verdicts: readonly ToldVerdict[];
}

export interface TraceSource {
  readonly path: string;
  readonly header: TraceHeader;
  /** The plan that was recorded; nobody has looked yet whether it can be run. */
  readonly plan: Json;
  /** Undefined until all rows have been taken, where no index says it at once. */
  readonly footer: TraceFooter | undefined;
  /** Records that this program does not know and leaves out, as in `weather (12)`. */
  readonly unknown: readonly string[];
  /** What it does not say although another one may, in plain words. */
  readonly lacks: readonly string[];
  /**
   * Yields the rows from this one on, counted from 0; throws a `TraceError` where the file is not what it should be, or
   * ends without a footer.
   */
  rows(from?: number): AsyncGenerator<Row, void, undefined>;
  /** Yields those rows with the verdicts among them, and throws as `rows` does. */
  lines(from?: number): AsyncGenerator<TraceLine, void, undefined>;
  /** Yields all that there is, and throws as `rows` does. */
  pieces(): AsyncGenerator<TracePiece, void, undefined>;
  close(): void;
}
