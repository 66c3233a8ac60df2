/** `dragon export perfetto`: a trace of ours as one that ui.perfetto.dev opens. */
import { PerfettoTrace } from '@dragon/export';
import { EXIT, plainText, printable, thousands, type TracePiece, type TraceSource } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { recordedPlan, traceRefusal } from '../trace/recorded-plan.ts';
import { withTrace } from '../trace/with-trace.ts';
import type { ExportOptions } from './export-options.ts';
import { openOutput, type Output, refuseTerminal } from './output.ts';
import { tracePieces } from './trace-pieces.ts';
import { TraceStories } from './trace-stories.ts';

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
async function write(source: TraceSource, output: Output, context: CommandContext): Promise<number> {
  const plan = recordedPlan(source, 'exported');
  const trace = new PerfettoTrace({ heading: source.header.heading, plan });
  const stories = new TraceStories(plan);
  let count = 0;
  for await (const piece of tracePieces(source, context)) {
    take(trace, piece, source);
    stories.take(piece);
    count += piece.rows.length;
    output.write(trace.take());
  }
  if (source.footer !== undefined) {
    const { endedAt, outcome } = source.footer;
    for (const { at, tag, headline } of stories.finish(endedAt)) trace.note(at, `${tag}: ${plainText(headline)}`);
    trace.note(endedAt, `ended: ${outcome}`);
  }
  trace.finish();
  output.write(trace.take());
  return count;
}

/** A trace made by hand may speak of agents that its plan has not. */
function take(trace: PerfettoTrace, { rows, facts, census }: TracePiece, source: TraceSource): void {
  try {
    for (const row of rows) trace.row(row);
    for (const change of facts) trace.facts(change);
    for (const sample of census) trace.census(sample);
  } catch (error) {
    throw error instanceof RangeError ? traceRefusal(source, 'exported', error.message) : error;
  }
}
