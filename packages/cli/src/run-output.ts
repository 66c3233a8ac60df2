/** What a run prints: its heading, its report, and the line of figures at its end. */
import { formatSeconds, kindOf, type LogLine, type Plan } from '@dragon/engine';
import {
  deadlockReport,
  outcomeOf,
  type ReportInput,
  stallReport,
  type Summary,
  summarize,
  type TerminalStyle,
} from '@dragon/report';
import { policyChanges, policyValues } from './policy-text.ts';
import type { RunRequest } from './run-request.ts';
import type { Simulated } from './simulated.ts';

/** Lines of the simulated kernel's log that are printed. */
const LOG_LINES = 200;

/** Returns `seed-deadlock, profile v6.1, 4 CPUs, seed 1`, with what the policy changes of the profile. */
export function headingOf({ scenario, settings }: RunRequest): string {
  const { profile, policy, cpus, seed } = settings;
  const changes = policyChanges(policy, profile);
  const parts = [
    scenario.name,
    `profile ${profile}${changes === '' ? '' : ` with ${changes}`}`,
    counted(cpus, 'CPU', 'CPUs'),
    `seed ${seed}`,
  ];
  return parts.join(', ');
}

/** Returns the report of a deadlock or a stall and the simulated kernel's log, as far as there are any. */
export function findingsOf(
  request: RunRequest,
  plan: Plan,
  simulated: Simulated,
  style: TerminalStyle,
  colour: boolean,
): string {
  const { graph, result } = simulated;
  const input: ReportInput = {
    graph,
    plan,
    result,
    colour,
    profile: request.settings.profile,
    workqueue: (agent) => workqueues(plan).get(agent),
  };
  const blocks = [deadlockReport(input), stallReport(input), kernelLog(result.log, style)];
  return blocks.filter((block) => block !== '').join('\n');
}

/** Returns the line of figures. */
export function figuresOf(simulated: Simulated): string {
  const { result, graph, processes, wallSeconds, startSeconds } = simulated;
  const outcome = outcomeOf(graph, result.endedAt);
  const start = startSeconds > 0 ? `, after ${startSeconds.toFixed(1)} s to start them` : '';
  return [
    `Outcome: ${outcome}, at ${formatSeconds(result.endedAt)} s of virtual time`,
    counted(result.events, 'event', 'events'),
    `digest ${result.digest}`,
    `${counted(processes, 'process', 'processes')}, ${wallSeconds.toFixed(1)} s${start}`,
  ].join('; ');
}

/** Returns the object of `--json`. */
export function summaryOf({ scenario, settings }: RunRequest, simulated: Simulated): Summary {
  const { profile, policy, seed, cpus } = settings;
  const { result, graph, processes, wallSeconds } = simulated;
  return summarize({
    scenario: scenario.name,
    profile,
    policy: policyValues(policy),
    seed,
    cpus,
    result,
    graph,
    processes,
    wallSeconds: Number(wallSeconds.toFixed(3)),
  });
}

/** `1 event`, `2 events`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** As dmesg prints it. */
function kernelLog(log: readonly LogLine[], style: TerminalStyle): string {
  if (log.length === 0) return '';
  const lines = log.slice(0, LOG_LINES).map(({ at, text }) => {
    const [seconds = '', fraction = ''] = formatSeconds(at).split('.');
    return `[${seconds.padStart(5)}.${fraction.slice(0, 6)}] ${text}`;
  });
  const rest = log.length - lines.length;
  const more = rest > 0 ? [`(${counted(rest, 'more line', 'more lines')})`] : [];
  return `${[style.strong("The simulated kernel's log:"), ...lines, ...more].join('\n')}\n`;
}

/** The workqueue and function of each worker, as the watchdog of this plan knows them. */
function workqueues({ agents }: Plan): Map<string, string> {
  const watchdog = agents.find(({ id }) => kindOf(id) === 'watchdog')?.params as
    | { readonly tasks?: readonly { readonly id: string; readonly workqueue?: string }[] }
    | undefined;
  return new Map(
    (watchdog?.tasks ?? []).flatMap(({ id, workqueue }) => (workqueue === undefined ? [] : [[id, workqueue]])),
  );
}
