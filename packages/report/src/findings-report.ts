/** All that a run found, for a person: the findings, and what the simulated kernel logged. */
import type { RunResult } from '@dragon/engine';
import { findingSentences } from './finding-sentences.ts';
import { wrap } from './folding.ts';
import { deadlockReport, type ReportInput } from './deadlock-report.ts';
import { kernelLogLine } from './kernel-log-line.ts';
import { stallReport } from './stall-report.ts';
import { terminalStyle } from './terminal-style.ts';

export interface FindingsInput extends Omit<ReportInput, 'result'> {
  readonly result: Pick<RunResult, 'endedAt' | 'history' | 'log' | 'findings'>;
}

/** Lines of the simulated kernel's log that are printed. */
const LOG_LINES = 200;

/** Returns the report, lines ended by newlines, or the empty string if there is nothing to report. */
export function findingsReport(input: FindingsInput): string {
  const blocks = [otherFindings(input), deadlockReport(input), stallReport(input), kernelLog(input)];
  return blocks.filter((block) => block !== '').join('\n');
}

/** Each in a sentence, in the order in which they were found. */
function otherFindings({ result, colour, width }: FindingsInput): string {
  const { alarm } = terminalStyle(colour);
  return findingSentences(result.findings)
    .flatMap((sentence) => wrap(sentence, width).map((line) => `${alarm(line)}\n`))
    .join('');
}

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
