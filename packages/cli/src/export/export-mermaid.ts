/** `dragon export mermaid`: some agents of a recorded run, for some time, as a sequence diagram. */
import { NEVER } from '@dragon/engine';
import { MermaidSequence } from '@dragon/export';
import { EXIT, printable, type TraceSource } from '@dragon/report';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { recordedPlan } from '../trace/recorded-plan.ts';
import { watchedRows } from '../trace/watched-rows.ts';
import { withTrace } from '../trace/with-trace.ts';
import type { ExportOptions } from './export-options.ts';
import { agentsNamed } from './named-agents.ts';
import { openOutput } from './output.ts';

/** Returns the exit code. */
export async function exportMermaid(path: string, options: ExportOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { out, from = 0, to = NEVER } = options;
  if (from >= to) throw new UsageError('--from must be earlier than --to');
  const output = openOutput(out, terminal);
  try {
    output.write(Buffer.from(await withTrace(path, terminal, (trace) => diagram(trace, options, context))));
    output.finish();
    if (output.path !== undefined) terminal.print(printable(`Mermaid diagram: ${output.path}`).concat('\n'));
  } finally {
    output.abandon();
  }
  return EXIT.ok;
}

async function diagram(
  trace: TraceSource,
  { agents, from = 0, to = NEVER }: ExportOptions,
  { terminal, signal }: CommandContext,
): Promise<string> {
  const plan = recordedPlan(trace, 'exported');
  const selection = { agents: agentsNamed(agents, plan), from, to };
  const sequence = new MermaidSequence({ heading: trace.header.heading, plan }, selection);
  for await (const row of watchedRows(trace.rows(), signal, liveProgress(terminal, trace.footer?.endedAt))) {
    if (row.at >= to) break;
    sequence.row(row);
  }
  terminal.still();
  return sequence.text();
}
