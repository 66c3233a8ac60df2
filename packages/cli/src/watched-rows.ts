/** Rows on their way through a comparison, counted for the live line and stopped by Ctrl-C. */
import type { Row, VirtualTime } from '@dragon/engine';
import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE = 1024;

/** Yields the rows; throws the signal's reason when it is aborted. */
export async function* watchedRows(
  rows: AsyncIterable<Row>,
  signal: AbortSignal,
  onProgress: (at: VirtualTime, events: number) => void,
): AsyncGenerator<Row, void, undefined> {
  let count = 0;
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
