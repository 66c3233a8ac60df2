/** `dragon diff`: compares two traces row by row, up to the first difference. */
import type { Json } from '@dragon/engine';
import { EXIT, fieldDifferences, formatTraceDiff, type TraceHeader } from '@dragon/report';
import { diffRowStreams } from '@dragon/report/io';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { footerDifferences } from './replay-command.ts';
import { counted } from '../run/run-output.ts';
import { TraceSource, watchedRows } from './trace-source.ts';

/** Returns the exit code. */
export async function diffTraces(left: string, right: string, { terminal, signal }: CommandContext): Promise<number> {
  const [a, b] = [await TraceSource.open(left), await TraceSource.open(right)];
  const commands = commandDifferences(a.header, b.header);
  if (commands.length > 0) terminal.print(`They are of different runs: ${commands.join('; ')}\n`);
  const diff = await diffRowStreams(watchedRows(a.rows(), signal, liveProgress(terminal)), b.rows());
  terminal.still();
  if (!diff.equal) {
    terminal.print(formatTraceDiff(diff, { left, right, colour: terminal.colour }));
    return EXIT.finding;
  }
  const ends = a.footer && b.footer ? footerDifferences(a.footer, b.footer) : [];
  const rows = `All ${counted(diff.rows, 'row', 'rows')} are equal`;
  terminal.print(ends.length === 0 ? `${rows}\n` : `${rows}, but the ends differ: ${ends.join('; ')}\n`);
  return ends.length === 0 ? EXIT.ok : EXIT.finding;
}

/** Returns what differs between the runs that two traces are of, as in `seed 1 / 2`. */
function commandDifferences(left: TraceHeader, right: TraceHeader): string[] {
  const show = (value: Json | undefined) =>
    value === undefined ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value);
  return [...fieldDifferences(left.command, right.command), ...fieldDifferences(left.plan, right.plan, 'plan')].map(
    (field) => `${field.path} ${show(field.left)} / ${show(field.right)}`,
  );
}
