/** The rows of a trace on their way through a command: counted for the live line, and stopped by a signal. */
import type { Row, VirtualTime } from '@dragon/engine';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows between two looks at the signal. */
const SLICE = 1024;

/** Yields the rows; throws the signal's reason when it is aborted. `skipped` rows before them are counted. */
export async function* watchedRows(
  rows: AsyncIterable<Row>,
  signal: AbortSignal,
  onProgress: (at: VirtualTime, events: number) => void,
  skipped = 0,
): AsyncGenerator<Row, void, undefined> {
  let count = skipped;
  for await (const row of rows) {
    count += 1;
    if (count % SLICE === 0) {
      onProgress(row.at, count);
      await nextTurn();
      signal.throwIfAborted();
    }
    yield row;
  }
}
