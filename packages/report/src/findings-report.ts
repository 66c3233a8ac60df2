/** All that a run found, for a person: the deadlock or the stall, and what the simulated kernel logged. */
import { type AgentId, formatSeconds, kindOf, type LogLine, type Plan, type RunResult } from '@dragon/engine';
import { deadlockReport, type ReportInput } from './deadlock-report.ts';
import { stallReport } from './stall-report.ts';
import { terminalStyle } from './terminal-style.ts';

export interface FindingsInput extends Pick<ReportInput, 'graph' | 'plan' | 'profile' | 'colour'> {
  readonly result: Pick<RunResult, 'endedAt' | 'history' | 'log'>;
}

/** Lines of the simulated kernel's log that are printed. */
const LOG_LINES = 200;

/** Returns the report, lines ended by newlines, or the empty string if there is nothing to report. */
export function findingsReport(input: FindingsInput): string {
  const workqueues = workqueuesOf(input.plan);
  const report: ReportInput = { ...input, workqueue: (agent) => workqueues.get(agent) };
  const blocks = [deadlockReport(report), stallReport(report), kernelLog(input)];
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

/** The workqueue and function of each worker, as the watchdog of this plan knows them. */
function workqueuesOf({ agents }: Pick<Plan, 'agents'>): Map<AgentId, string> {
  const watchdog = agents.find(({ id }) => kindOf(id) === 'watchdog')?.params as
    | { readonly tasks?: readonly { readonly id: AgentId; readonly workqueue?: string }[] }
    | undefined;
  return new Map(
    (watchdog?.tasks ?? []).flatMap(({ id, workqueue }) => (workqueue === undefined ? [] : [[id, workqueue]])),
  );
}
