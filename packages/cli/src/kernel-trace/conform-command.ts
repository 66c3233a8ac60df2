/** `dragon conform`: checks the numbers of a real kernel against our functions, event by event. */
import {
  Conformance,
  conformanceJson,
  conformanceText,
  conformanceVerdict,
  type Release,
  releaseOf,
  unreadShare,
  verdictText,
} from '@dragon/ftrace';
import { EXIT, foldLines, printable } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { jsonLine } from '../json/json-output.ts';
import { UsageError } from '../failure.ts';
import { readKernelTrace } from './kernel-trace.ts';
import { counted } from '../run/run-output.ts';

export interface ConformOptions {
  readonly json?: true;
  /** The kernel that wrote the trace. */
  readonly kernel?: string;
  readonly verbose?: true;
}

/** Returns the exit code: a disagreement without an explanation is a finding; too little to check concludes nothing. */
export async function conformTrace(path: string, options: ConformOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const conformance = new Conformance(options.kernel === undefined ? undefined : readRelease(options.kernel));
  const read = await readKernelTrace(path, [conformance], context);
  const tallies = conformance.finish();
  const { hz, foundKernel: kernel, events } = conformance;
  const account = { read, kernel, tallies, events };
  if (options.json) terminal.print(jsonLine('conform', conformanceJson(path, account)));
  else {
    const { width } = terminal;
    const { unread } = unreadShare(read);
    const heading = [
      `${printable(path)}: ${counted(read.events, 'event', 'events')}`,
      counted(unread, 'line that could not be read', 'lines that could not be read'),
      counted(read.lost, 'lost event', 'lost events'),
      ...(hz === undefined ? [] : [`HZ=${hz}`]),
      ...(read.brokenOff === undefined ? [] : [read.brokenOff]),
    ];
    const lines = [
      ...foldLines([verdictText(account)], width),
      '',
      ...foldLines([heading.join(', ')], width),
      ...conformanceText(account, width, options),
    ];
    terminal.print(`${lines.join('\n')}\n`);
  }
  const verdict = conformanceVerdict(tallies, unreadShare(read));
  if (verdict === 'agrees') return EXIT.ok;
  return verdict === 'disagrees' ? EXIT.finding : EXIT.inconclusive;
}

function readRelease(text: string): Release {
  const release = releaseOf(text);
  if (release === undefined)
    throw new UsageError(`--kernel '${printable(text)}' is no release of 3.2 or later: give one as in 5.10 or 6.1.192`);
  return release;
}
