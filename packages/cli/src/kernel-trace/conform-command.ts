/** `dragon conform`: checks the numbers of a real kernel against our functions, event by event. */
import { Conformance, conformanceJson, conformanceText } from '@dragon/ftrace';
import { EXIT, foldLines, printable, textTable } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { jsonLine } from '../json/json-output.ts';
import { readKernelTrace } from './kernel-trace.ts';
import { counted } from '../run/run-output.ts';

/** Returns the exit code: a disagreement without an explanation is a finding. */
export async function conformTrace(
  path: string,
  { json }: { readonly json?: true },
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const conformance = new Conformance();
  const read = await readKernelTrace(path, [conformance], context);
  const tallies = conformance.finish();
  const disagreements = tallies.reduce((sum, tally) => sum + tally.disagreements.length, 0);
  if (json) terminal.print(jsonLine('conform', conformanceJson(path, read, tallies)));
  else {
    const { width } = terminal;
    const { hz } = conformance;
    const heading = [
      `${printable(path)}: ${counted(read.events, 'event', 'events')}`,
      counted(read.malformed, 'malformed line', 'malformed lines'),
      counted(read.lost, 'lost event', 'lost events'),
      ...(hz === undefined ? [] : [`HZ=${hz}`]),
      ...(read.brokenOff === undefined ? [] : [read.brokenOff]),
    ];
    const verdict =
      disagreements === 0
        ? 'Every event agrees with the model, or is explained.'
        : `${counted(disagreements, 'event disagrees', 'events disagree')} with the model.`;
    const lines = [...foldLines([heading.join(', ')], width), '', ...conformanceText(tallies, width)];
    lines.push(
      '',
      'The rules:',
      ...textTable(
        tallies.map(({ name, about }) => [name, about]),
        { width, indent: '  ' },
      ),
    );
    terminal.print(`${[...lines, '', verdict].join('\n')}\n`);
  }
  return disagreements === 0 ? EXIT.ok : EXIT.finding;
}
