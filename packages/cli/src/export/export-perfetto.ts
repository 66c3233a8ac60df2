/** `dragon export perfetto`: a trace of ours as one that ui.perfetto.dev opens. */
import type { Row } from '@dragon/engine';
import { PerfettoTrace } from '@dragon/export';
import { EXIT, printable, thousands, type TraceSource } from '@dragon/report';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { recordedPlan, traceRefusal } from '../trace/recorded-plan.ts';
import { watchedRows } from '../trace/watched-rows.ts';
import { withTrace } from '../trace/with-trace.ts';
import { openOutput, type Output, refuseTerminal } from './output.ts';
import type { ExportOptions } from './export-options.ts';

/** Bytes that are made before they are written. */
const PIECE = 1 << 16;

/** Returns the exit code. */
export async function exportPerfetto(path: string, { out }: ExportOptions, context: CommandContext): Promise<number> {
  refuseTerminal(out, 'a Perfetto trace', context.terminal);
  const output = openOutput(out, context.terminal);
  try {
    const rows = await withTrace(path, context.terminal, (trace) => write(trace, output, context));
    output.finish();
    if (output.path !== undefined)
      context.terminal.print(
        printable(`Perfetto trace: ${output.path}, ${thousands(rows)} rows, ${thousands(output.bytes)} bytes`).concat(
          '\nOpen it in https://ui.perfetto.dev\n',
        ),
      );
  } finally {
    output.abandon();
  }
  return EXIT.ok;
}

/** Returns how many rows there were. */
async function write(source: TraceSource, output: Output, { terminal, signal }: CommandContext): Promise<number> {
  const trace = new PerfettoTrace({ heading: source.header.heading, plan: recordedPlan(source, 'exported') });
  const progress = liveProgress(terminal, source.footer?.endedAt);
  let count = 0;
  for await (const row of watchedRows(source.rows(), signal, progress)) {
    take(trace, row, source);
    count += 1;
    if (trace.size >= PIECE) output.write(trace.take());
  }
  if (source.footer !== undefined) {
    const { endedAt, outcome } = source.footer;
    trace.note(endedAt, `ended: ${outcome}`);
  }
  trace.finish();
  output.write(trace.take());
  terminal.still();
  return count;
}

/** A trace made by hand may have rows of agents that its plan has not. */
function take(trace: PerfettoTrace, row: Row, source: TraceSource): void {
  try {
    trace.row(row);
  } catch (error) {
    throw error instanceof RangeError ? traceRefusal(source, 'exported', error.message) : error;
  }
}
