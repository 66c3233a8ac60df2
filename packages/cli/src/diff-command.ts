/** `dragon diff`: compares two traces row by row, up to the first difference. */
import { formatTraceDiff, type TraceHeader } from '@dragon/report';
import { diffRowStreams } from '@dragon/report/io';
import { type CommandContext, liveProgress } from './command-context.ts';
import { EXIT } from './exit-codes.ts';
import { footerDifferences } from './replay-command.ts';
import { counted } from './run-output.ts';
import { TraceSource } from './trace-source.ts';
import { watchedRows } from './watched-rows.ts';

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

/** Returns what differs between the commands that made two traces, as in `seed 1 / 2`. */
function commandDifferences(left: TraceHeader, right: TraceHeader): string[] {
  const [a, b] = [flat(left), flat(right)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => a.get(key) !== b.get(key))
    .map((key) => `${key} ${a.get(key) ?? 'absent'} / ${b.get(key) ?? 'absent'}`);
}

/** A header as options with their values; those of the policy are options like the others. */
function flat({ command, plan }: TraceHeader): Map<string, string> {
  const { policy, ...others } = command;
  const ofPolicy =
    typeof policy === 'object' && policy !== null ? Object.entries(policy) : [['policy', policy] as const];
  const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return new Map(
    [...Object.entries(others), ...ofPolicy, ['plan', plan] as const].map(([key, value]) => [key, show(value)]),
  );
}
