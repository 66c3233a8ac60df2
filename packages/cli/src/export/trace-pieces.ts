/** All that a trace says on its way into an export: counted for the live line, and stopped by a signal. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TracePiece, TraceSource } from '@dragon/report';
import { type CommandContext, liveProgress } from '../command-context.ts';

/**
 * Yields the pieces of a trace; of what it lacks the person is told. Throws a `TraceError`, and the signal's reason
 * when it is aborted.
 */
export async function* tracePieces(
  trace: TraceSource,
  { terminal, signal }: CommandContext,
): AsyncGenerator<TracePiece, void, undefined> {
  for (const what of trace.lacks) terminal.note(`dragon: ${trace.path} does not say ${what}`);
  const progress = liveProgress(terminal, trace.footer?.endedAt);
  let count = 0;
  for await (const piece of trace.pieces()) {
    count += piece.rows.length;
    progress(piece.rows.at(-1)?.at ?? 0, count);
    await nextTurn();
    signal.throwIfAborted();
    yield piece;
  }
  terminal.still();
}
