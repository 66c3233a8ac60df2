/** Compares two streams of rows, of which at least one is read from a file. */
import type { Row } from '@dragon/engine';
import { TraceComparison, type TraceDiff } from './trace-diff.ts';

/**
 * Returns the first difference between two streams, or how many equal rows they have; `skipped` rows before them are
 * equal, and counted. Both are closed at the end.
 */
export async function diffRowStreams(
  left: AsyncIterable<Row> | Iterable<Row>,
  right: AsyncIterable<Row> | Iterable<Row>,
  skipped = 0,
): Promise<TraceDiff> {
  const comparison = new TraceComparison({ skipped });
  const a = rowsOf(left);
  const b = rowsOf(right);
  try {
    while (comparison.next(await nextOf(a), await nextOf(b)));
    return comparison.result();
  } finally {
    await a.return();
    await b.return();
  }
}

async function* rowsOf(rows: AsyncIterable<Row> | Iterable<Row>): AsyncGenerator<Row, void, undefined> {
  yield* rows;
}

async function nextOf(rows: AsyncGenerator<Row, void, undefined>): Promise<Row | undefined> {
  const { value } = await rows.next();
  return value ?? undefined;
}
