/** The summary of a run for programs: what `--json` prints. */
import type { AgentId, Json, RunResult, VirtualTime } from '@dragon/engine';
import { nameHold, nameWait } from './resource-names.ts';
import { type OomKill, oomKills } from './oom-finder.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { WaitForGraph } from './wait-for-graph.ts';

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
  readonly graph: Pick<WaitForGraph, 'deadlock' | 'behind'>;
  readonly result: Pick<RunResult, 'endedAt' | 'events' | 'digest' | 'findings'>;
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
    outcome: outcomeOf(result),
    virtualTimeNs: result.endedAt,
    events: result.events,
    digest: result.digest,
    deadlock: deadlockSummary(graph),
    oomKills: oomKills(result.findings),
    processes,
    wallSeconds,
    eventsPerSecond: wallSeconds > 0 ? Math.round(result.events / wallSeconds) : 0,
  };
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
