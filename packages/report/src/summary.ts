/** The summary of a run for programs: what `--json` prints. */
import type { AgentId, Json, RunResult, VirtualTime } from '@dragon/engine';
import { nameHold, nameWait } from './resource-names.ts';
import { type OomKill, oomKills } from './oom-kills.ts';
import { isHung } from './stall-report.ts';
import type { WaitForGraph } from './wait-for-graph.ts';

export const OUTCOMES = ['completed', 'deadlock', 'oom', 'stalled'] as const;

/**
 * How a run ended: `deadlock` if a cycle was found, else `oom` if the OOM killer ran, else `stalled` if at the end a
 * task was blocked for longer than khungtaskd's timeout, else `completed`.
 */
export type Outcome = (typeof OUTCOMES)[number];

export interface Summary {
  readonly scenario: string;
  readonly profile: string;
  readonly policy: Json;
  readonly seed: number;
  readonly cpus: number;
  readonly outcome: Outcome;
  readonly virtualTimeNs: VirtualTime;
  readonly events: number;
  readonly digest: string;
  readonly deadlock: DeadlockSummary | null;
  readonly oomKills: readonly OomKill[];
  readonly processes: number;
  readonly wallSeconds: number;
  readonly eventsPerSecond: number;
}

export interface DeadlockSummary {
  readonly cycle: readonly { readonly agent: AgentId; readonly holds: readonly string[]; readonly waitsFor: string }[];
  /** How many tasks waited behind the cycle at the end of the run. */
  readonly behind: number;
  readonly detectedAtNs: VirtualTime;
}

export interface SummaryInput {
  readonly scenario: string;
  readonly profile: string;
  readonly policy: Json;
  readonly seed: number;
  readonly cpus: number;
  readonly processes: number;
  readonly wallSeconds: number;
  readonly graph: Pick<WaitForGraph, 'deadlock' | 'behind' | 'waiting'>;
  readonly result: Pick<RunResult, 'endedAt' | 'events' | 'digest' | 'log'>;
}

/** Returns the summary with its keys in the order in which they are printed. */
export function summarize(input: SummaryInput): Summary {
  const { scenario, profile, policy, seed, cpus, processes, wallSeconds, graph, result } = input;
  return {
    scenario,
    profile,
    policy,
    seed,
    cpus,
    outcome: outcomeOf(graph, result),
    virtualTimeNs: result.endedAt,
    events: result.events,
    digest: result.digest,
    deadlock: deadlockSummary(graph),
    oomKills: oomKills(result.log),
    processes,
    wallSeconds,
    eventsPerSecond: wallSeconds > 0 ? Math.round(result.events / wallSeconds) : 0,
  };
}

/** Returns how a run ended. */
export function outcomeOf(
  graph: Pick<WaitForGraph, 'deadlock' | 'waiting'>,
  { endedAt, log }: Pick<RunResult, 'endedAt' | 'log'>,
): Outcome {
  if (graph.deadlock !== undefined) return 'deadlock';
  if (oomKills(log).length > 0) return 'oom';
  return graph.waiting().some((task) => isHung(task, endedAt)) ? 'stalled' : 'completed';
}

function deadlockSummary(graph: Pick<WaitForGraph, 'deadlock' | 'behind'>): DeadlockSummary | null {
  const { deadlock } = graph;
  if (deadlock === undefined) return null;
  const cycle = deadlock.cycle.map(({ agent, holds, waitsFor }) => ({
    agent,
    holds: holds.map(nameHold),
    waitsFor: nameWait(waitsFor),
  }));
  return { cycle, behind: graph.behind().length, detectedAtNs: deadlock.at };
}
