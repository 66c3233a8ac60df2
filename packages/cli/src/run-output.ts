/** What a run prints: its heading, its report, and the line of figures at its end. */
import { formatSeconds, type Plan } from '@dragon/engine';
import { findingsReport, outcomeOf, type Summary, summarize } from '@dragon/report';
import { policyChanges, policyValues } from './policy-text.ts';
import type { RunRequest } from './run-request.ts';
import type { Simulated } from './simulated.ts';

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
  { settings }: RunRequest,
  plan: Plan,
  { graph, result }: Simulated,
  colour: boolean,
): string {
  return findingsReport({ graph, plan, result, profile: settings.profile, colour });
}

/** Returns the line of figures. */
export function figuresOf(simulated: Simulated): string {
  const { result, graph, processes, wallSeconds, startSeconds } = simulated;
  const outcome = outcomeOf(graph, result);
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
