/** The rows of a trace on their way through a command: counted for the live line, and stopped by a signal. */
import type { VirtualTime } from '@dragon/engine';
import type { TraceLine } from '@dragon/report';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Lines between two looks at the signal. */
const SLICE = 1024;

/** Yields the lines; throws the signal's reason when it is aborted. `skipped` rows before them are counted. */
export async function* watchedRows<Line extends TraceLine>(
  lines: AsyncIterable<Line>,
  signal: AbortSignal,
  onProgress: (at: VirtualTime, events: number) => void,
  skipped = 0,
): AsyncGenerator<Line, void, undefined> {
  let count = skipped;
  for await (const line of lines) {
    count += 1;
    if (count % SLICE === 0) {
      onProgress(line.at, count);
      await nextTurn();
      signal.throwIfAborted();
    }
    yield line;
  }
}
