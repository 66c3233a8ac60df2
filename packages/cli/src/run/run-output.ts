/** The output of a run: its report, the line of figures at its end, and the object of `--json`. */
import { formatSeconds, type Plan, planDigest } from '@dragon/engine';
import { ruleFields } from '@dragon/fault-plan';
import {
  type ChaosFinder,
  findingsReport,
  packed,
  outcomeOf,
  type Summary,
  summarize,
  type SummarySettings,
  textTable,
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
  { graph, lockdep, oom, shutdown, waits, result }: Simulated,
  { colour, width, verbose }: Pick<Terminal, 'colour' | 'width'> & { readonly verbose?: true | undefined },
): string {
  return findingsReport({
    graph,
    lockdep,
    oom,
    shutdown,
    waits,
    plan,
    result,
    release: settings.release,
    colour,
    width,
    verbose,
  });
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
  const { result, graph, lockdep, oom, shutdown, waits, processes, wallSeconds } = simulated;
  return summarize({
    settings: settingsOf(request, plan, simulated.chaos),
    plan,
    result,
    graph,
    lockdep,
    oom,
    shutdown,
    waits,
    processes,
    wallSeconds: Number(wallSeconds.toFixed(3)),
    withSteps: verbose,
  });
}

function settingsOf(
  { scenario, profile, settings, set, latencyFile, planFile, replayArguments }: RunRequest,
  plan: Plan,
  chaos: ChaosFinder,
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
    set,
    latency: latency === undefined ? null : { file: latencyFile ?? null, delays: latency },
    faults: faultsOf(plan).map((fault) => ({
      name: fault.name,
      atNs: fault.at,
      kind: fault.kind,
      params: fault.params,
      text: formatFault(fault),
    })),
    planFile: planFile?.path ?? null,
    rules: (plan.rules ?? []).map((rule) => ({
      name: rule.name,
      rule: ruleFields(rule),
      verdicts: chaos.verdictsOf(rule.name),
    })),
    replay: dragonCommand(replayArguments),
    planDigest: planDigest(plan),
  };
}

/** Returns what each rule did, as in `lost: 12 dropped`; undefined in a run without rules. */
export function verdictsOf({ rules = [] }: Plan, { chaos }: Simulated, width: number) {
  if (rules.length === 0) return undefined;
  const rows = rules.map(({ name, about, fate }) => {
    const count = chaos.verdictsOf(name);
    return [name, `${fate.kind}: ${counted(count, about.slice(0, -1), about)}`];
  });
  return ['Rules of the plan, and what they struck:', ...textTable(rows, { width, indent: '  ' })].join('\n');
}

/** `1 event`, `2 events`. */
export function counted(count: number, one: string, many: string): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}
