/** All that a run found, for a person: the findings, and what the simulated kernel logged. */
import type { RunResult } from '@dragon/engine';
import { deadlockReport, type ReportInput } from './deadlock-report.ts';
import { wrap } from './folding.ts';
import { kernelLogLine } from './kernel-log-line.ts';
import type { LongestWaits } from './longest-waits.ts';
import { longestWaitsText } from './longest-waits-text.ts';
import type { OomFinder } from './oom-finder.ts';
import { reportNames } from './report-names.ts';
import { eventStories } from './run-stories.ts';
import type { ShutdownFinder } from './shutdown-finder.ts';
import { shutdownSentence } from './shutdown-sentence.ts';
import { stallReport } from './stall-report.ts';
import { storyLines } from './story-lines.ts';
import { terminalStyle } from './terminal-style.ts';

export interface FindingsInput extends Omit<ReportInput, 'result'> {
  readonly result: Pick<RunResult, 'endedAt' | 'history' | 'log' | 'findings'>;
  /** The finder of kills; without it they are told without the inodes that nobody had counted. */
  readonly oom?: Pick<OomFinder, 'census'> | undefined;
  /** The finder of a shutdown; without it only the kernel's log tells of one. */
  readonly shutdown?: Pick<ShutdownFinder, 'shutdown'> | undefined;
  /** The longest waits; without it they are not told. */
  readonly waits?: Pick<LongestWaits, 'until'> | undefined;
}

/** Lines of the simulated kernel's log that are printed. */
const LOG_LINES = 200;

/** Returns the report, lines ended by newlines, or the empty string if there is nothing to report. */
export function findingsReport(input: FindingsInput): string {
  const blocks = [
    otherFindings(input),
    deadlockReport(input),
    stallReport(input),
    shutdownLine(input),
    longWaits(input),
    kernelLog(input),
  ];
  return blocks.filter((block) => block !== '').join('\n');
}

/** Kills and broken properties, in the order in which they were found. */
function otherFindings({ result, oom, plan, colour, width }: FindingsInput): string {
  const style = terminalStyle(colour);
  return eventStories({ result, oom }, reportNames(plan))
    .map((story) => `${storyLines(story, style, width).join('\n')}\n`)
    .join('\n');
}

/** No finding, but what most that comes after it follows from. */
function shutdownLine({ shutdown, width }: FindingsInput): string {
  const found = shutdown?.shutdown ?? null;
  return found === null ? '' : `${wrap(shutdownSentence(found), width).join('\n')}\n`;
}

const longWaits = ({ waits, result, plan, width }: FindingsInput): string =>
  waits === undefined ? '' : longestWaitsText(waits, result, reportNames(plan), width);

/** As dmesg prints it. */
function kernelLog({ result: { log }, colour }: FindingsInput): string {
  if (log.length === 0) return '';
  const rest = log.length - LOG_LINES;
  const lines = [
    terminalStyle(colour).strong("The simulated kernel's log:"),
    ...log.slice(0, LOG_LINES).map(({ at, text }) => kernelLogLine(at, text)),
    ...(rest > 0 ? [`(${rest} more ${rest === 1 ? 'line' : 'lines'})`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
