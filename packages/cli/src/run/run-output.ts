/** The output of a run: its report, the line of figures at its end, and the object of `--json`. */
import { formatSeconds, type Plan, planDigest } from '@dragon/engine';
import {
  findingsReport,
  packed,
  outcomeOf,
  type Summary,
  summarize,
  type SummarySettings,
  thousands,
} from '@dragon/report';
import { faultsOf, formatFault, policyValues } from '@dragon/kernel';
import type { RunRequest } from '@dragon/scenarios';
import { dragonCommand } from '../dragon-command.ts';
import type { Terminal } from '../terminal.ts';
import type { Simulated } from './run-here.ts';

/** Returns the report of a deadlock or a stall and the simulated kernel's log, as far as there are any. */
export function findingsOf(
  { settings }: RunRequest,
  plan: Plan,
  { graph, lockdep, oom, result }: Simulated,
  { colour, width, verbose }: Pick<Terminal, 'colour' | 'width'> & { readonly verbose?: true | undefined },
): string {
  return findingsReport({ graph, lockdep, oom, plan, result, release: settings.release, colour, width, verbose });
}

/** Returns the line of figures, folded. */
export function figuresOf(simulated: Simulated, width: number): string {
  const { result, processes, wallSeconds, startSeconds } = simulated;
  const outcome = outcomeOf(result);
  const start = startSeconds > 0 ? `, after ${startSeconds.toFixed(1)} s to start them` : '';
  const parts = [
    `Outcome: ${outcome}, at ${formatSeconds(result.endedAt)} s of virtual time`,
    counted(result.events, 'event', 'events'),
    `digest ${result.digest}`,
    `${counted(processes, 'process', 'processes')}, ${wallSeconds.toFixed(1)} s${start}`,
  ];
  const lines = packed(parts.join(';\n').split('\n'), ' ', width - 2);
  return lines.join('\n  ');
}

/** Returns the object of `--json`; `verbose`: with the steps that led to a deadlock. */
export function summaryOf(request: RunRequest, plan: Plan, simulated: Simulated, verbose: boolean): Summary {
  const { result, graph, lockdep, oom, processes, wallSeconds } = simulated;
  return summarize({
    settings: settingsOf(request, plan),
    plan,
    result,
    graph,
    lockdep,
    oom,
    processes,
    wallSeconds: Number(wallSeconds.toFixed(3)),
    withSteps: verbose,
  });
}

function settingsOf(
  { scenario, profile, settings, latencyFile, replayArguments }: RunRequest,
  plan: Plan,
): SummarySettings {
  const { release, policy, seed, cpus, until, keepGoing, latency } = settings;
  return {
    scenario,
    profile,
    release,
    policy: policyValues(policy),
    seed,
    cpus,
    untilNs: until,
    keepGoing,
    latency: latency === undefined ? null : { file: latencyFile ?? null, delays: latency },
    faults: faultsOf(plan).map((fault) => ({
      name: fault.name,
      atNs: fault.at,
      kind: fault.kind,
      params: fault.params,
      text: formatFault(fault),
    })),
    replay: dragonCommand(replayArguments),
    planDigest: planDigest(plan),
  };
}

/** `1 event`, `2 events`. */
export function counted(count: number, one: string, many: string): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}
