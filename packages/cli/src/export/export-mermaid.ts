/** `dragon export mermaid`: some agents of a recorded run, for some time, as a sequence diagram. */
import { NEVER, type VirtualTime } from '@dragon/engine';
import { MermaidSequence } from '@dragon/export';
import { EXIT, printable, type TracePiece, type TraceSource } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { recordedPlan } from '../trace/recorded-plan.ts';
import { withTrace } from '../trace/with-trace.ts';
import type { ExportOptions } from './export-options.ts';
import { agentsNamed } from './named-agents.ts';
import { openOutput } from './output.ts';
import { tracePieces } from './trace-pieces.ts';

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
  context: CommandContext,
): Promise<string> {
  const plan = recordedPlan(trace, 'exported');
  const selection = { agents: agentsNamed(agents, plan), from, to };
  const sequence = new MermaidSequence({ heading: trace.header.heading, plan }, selection);
  for await (const piece of tracePieces(trace, context)) {
    take(sequence, piece);
    if ((piece.rows.at(-1)?.at ?? 0) >= to) break;
  }
  context.terminal.still();
  return sequence.text();
}

/** What an agent waits for it says after the step in which it began to. */
function take(sequence: MermaidSequence, { rows, facts }: TracePiece): void {
  let told = 0;
  const tell = (before: VirtualTime) => {
    for (let change = facts[told]; change !== undefined && change.at < before; change = facts[told]) {
      sequence.facts(change);
      told += 1;
    }
  };
  for (const row of rows) {
    tell(row.at);
    sequence.row(row);
  }
  tell(Number.POSITIVE_INFINITY);
}
