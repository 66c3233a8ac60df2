/** `dragon diff`: compares two traces row by row, up to the first difference. */
import type { Json } from '@dragon/engine';
import {
  EXIT,
  fieldDifferences,
  formatTraceDiff,
  printable,
  type TraceHeader,
  type TraceSource,
  wrap,
} from '@dragon/report';
import { diffLineStreams, sameStart } from '@dragon/report/io';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { footerDifferences } from './replay-command.ts';
import { counted } from '../run/run-output.ts';
import { watchedRows } from './watched-rows.ts';
import { failedComparison, withTrace } from './with-trace.ts';

/** Returns the exit code. */
export async function diffTraces(left: string, right: string, context: CommandContext): Promise<number> {
  const { terminal } = context;
  return withTrace(left, terminal, (a) => withTrace(right, terminal, (b) => compareTraces(a, b, context)));
}

async function compareTraces(a: TraceSource, b: TraceSource, { terminal, signal }: CommandContext): Promise<number> {
  const commands = commandDifferences(a.header, b.header);
  if (commands.length > 0)
    terminal.print(`${wrap(`They are of different runs: ${commands.join('; ')}`, terminal.width).join('\n')}\n`);
  const skipped = await sameStart(a, b);
  const lines = watchedRows(a.lines(skipped), signal, liveProgress(terminal, a.footer?.endedAt), skipped);
  const diff = await diffLineStreams(lines, b.lines(skipped), skipped).catch(failedComparison(terminal));
  terminal.still();
  if (!diff.equal) {
    terminal.print(
      formatTraceDiff(diff, { left: a.path, right: b.path, colour: terminal.colour, width: terminal.width }),
    );
    return EXIT.finding;
  }
  const ends = a.footer && b.footer ? footerDifferences(a.footer, b.footer) : [];
  const all = `All ${counted(diff.rows, 'row', 'rows')} are equal`;
  const verdict = ends.length === 0 ? all : `${all}, but the ends differ: ${ends.join('; ')}`;
  terminal.print(`${wrap(verdict, terminal.width).join('\n')}\n`);
  return ends.length === 0 ? EXIT.ok : EXIT.finding;
}

/** Returns what differs between the runs that two traces are of, as in `seed 1 / 2`. */
function commandDifferences(left: TraceHeader, right: TraceHeader): string[] {
  const show = (value: Json | undefined) =>
    value === undefined ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value);
  return [...fieldDifferences(left.command, right.command), ...fieldDifferences(left.plan, right.plan, 'plan')].map(
    (field) => printable(`${field.path} ${show(field.left)} / ${show(field.right)}`),
  );
}
