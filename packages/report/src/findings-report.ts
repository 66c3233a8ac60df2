/** All that a run found, for a person: the deadlock or the stall, and what the simulated kernel logged. */
import { formatSeconds, type LogLine, type RunResult } from '@dragon/engine';
import { deadlockReport, type ReportInput } from './deadlock-report.ts';
import { stallReport } from './stall-report.ts';
import { terminalStyle } from './terminal-style.ts';

export interface FindingsInput extends Pick<ReportInput, 'graph' | 'plan' | 'release' | 'colour' | 'width'> {
  readonly result: Pick<RunResult, 'endedAt' | 'history' | 'log'>;
}

/** Lines of the simulated kernel's log that are printed. */
const LOG_LINES = 200;

/** Returns the report, lines ended by newlines, or the empty string if there is nothing to report. */
export function findingsReport(input: FindingsInput): string {
  const blocks = [deadlockReport(input), stallReport(input), kernelLog(input)];
  return blocks.filter((block) => block !== '').join('\n');
}

/** As dmesg prints it. */
function kernelLog({ result: { log }, colour }: FindingsInput): string {
  if (log.length === 0) return '';
  const rest = log.length - LOG_LINES;
  const lines = [
    terminalStyle(colour).strong("The simulated kernel's log:"),
    ...log.slice(0, LOG_LINES).map(logLine),
    ...(rest > 0 ? [`(${rest} more ${rest === 1 ? 'line' : 'lines'})`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function logLine({ at, text }: LogLine): string {
  const [seconds = '', fraction = ''] = formatSeconds(at).split('.');
  return `[${seconds.padStart(5)}.${fraction.slice(0, 6)}] ${text}`;
}
