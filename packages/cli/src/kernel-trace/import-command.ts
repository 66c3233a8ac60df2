/** `dragon import ftrace`: what is in the trace of a real kernel. */
import {
  ImportAccumulator,
  importText,
  StatisticsAccumulator,
  statisticsText,
  Timeline,
  timelineText,
} from '@dragon/ftrace';
import { EXIT, foldLines, printable } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { jsonLine } from '../json/json-output.ts';
import { readKernelTrace } from './kernel-trace.ts';

/** Returns the exit code: a trace with malformed lines is still read. */
export async function importTrace(
  path: string,
  { json }: { readonly json?: true },
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const [summary, statistics, timeline] = [new ImportAccumulator(), new StatisticsAccumulator(), new Timeline()];
  const read = await readKernelTrace(path, [summary, statistics, timeline], context);
  const found = summary.result();
  const { entries, omitted } = timeline.result();
  if (json) {
    const { malformed, ...counts } = read;
    const report = {
      file: path,
      ...found,
      counts: { ...counts, malformed },
      statistics: statistics.result(),
      timeline: entries,
    };
    terminal.print(jsonLine('import-ftrace', report));
    return EXIT.ok;
  }
  const { style, width } = terminal;
  const shown = path === '-' ? 'standard input' : printable(path);
  const endings = [
    ...(read.brokenOff === undefined ? [] : [`; ${read.brokenOff}`]),
    ...(read.unended ? ['; its last line has no end, and if it was cut, its last value is wrong'] : []),
  ];
  const happened = timelineText(found.from, entries, omitted, width);
  const told = statisticsText(statistics.result(), width);
  const lines = [
    ...foldLines([`${style.strong(shown)}: a text of ftrace${endings.join('')}`], width),
    ...importText(found, read, width),
    ...(happened.length === 0 ? [] : ['', style.strong('Timeline') + ' (seconds since the first event)', ...happened]),
    ...(told.length === 0 ? [] : ['', style.strong('Statistics'), ...told]),
  ];
  terminal.print(`${lines.join('\n')}\n`);
  return EXIT.ok;
}
