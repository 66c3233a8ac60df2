/** A trace that a command reads: opened, what is left out of it said, and closed whatever happens. */
import { TraceError, type TraceSource } from '@dragon/report';
import { openTrace } from '@dragon/report/io';
import type { Terminal } from '../terminal.ts';

/** Resolves to what `use` does; rejects with a `TraceError` if this is no trace. */
export async function withTrace<T>(
  path: string,
  terminal: Terminal,
  use: (trace: TraceSource) => Promise<T>,
): Promise<T> {
  const trace = await openTrace(path);
  try {
    if (trace.unknown.length > 0)
      terminal.note(`dragon: ${path} has records that this program does not know: ${trace.unknown.join(', ')}`);
    return await use(trace);
  } finally {
    trace.close();
  }
}

/**
 * Returns a handler of what ended a comparison row by row: it passes the error on, and if a trace was cut, it says
 * before that the rows which are there were compared.
 */
export function failedComparison(terminal: Terminal): (error: unknown) => never {
  return (error) => {
    terminal.still();
    if (error instanceof TraceError && error.code === 'truncated')
      terminal.print('The rows before the cut are equal\n');
    throw error;
  };
}
