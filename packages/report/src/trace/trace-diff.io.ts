/** Compares two streams of lines, of which at least one is read from a file. */
import { TraceComparison, type TraceDiff } from './trace-diff.ts';
import type { TraceLine } from './trace-line.ts';

/**
 * Returns the first difference between two streams, or how many equal rows they have; `skipped` rows before them are
 * equal, and counted. Both are closed at the end.
 */
export async function diffLineStreams(
  left: AsyncIterable<TraceLine> | Iterable<TraceLine>,
  right: AsyncIterable<TraceLine> | Iterable<TraceLine>,
  skipped = 0,
): Promise<TraceDiff<TraceLine>> {
  const comparison = new TraceComparison<TraceLine>({ skipped });
  const a = linesOf(left);
  const b = linesOf(right);
  try {
    while (comparison.next(await nextOf(a), await nextOf(b)));
    return comparison.result();
  } finally {
    await a.return();
    await b.return();
  }
}

async function* linesOf(
  lines: AsyncIterable<TraceLine> | Iterable<TraceLine>,
): AsyncGenerator<TraceLine, void, undefined> {
  yield* lines;
}

async function nextOf(lines: AsyncGenerator<TraceLine, void, undefined>): Promise<TraceLine | undefined> {
  const { value } = await lines.next();
  return value ?? undefined;
}
