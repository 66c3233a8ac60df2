/** Runs a scenario in this process and keeps what a test wants to look at. */
import {
  type FactsChange,
  type Latency,
  LocalRun,
  type Observer,
  type Plan,
  type Row,
  type RunResult,
  type TraceHit,
} from '@dragon/engine';
import { parsePolicy, profileNamed, readFault } from '@dragon/kernel';
import { kernelFinders, outcomeOf, type WaitForGraph } from '@dragon/report';
import { DEFINITIONS, planScenario, scenarioNamed, type SetValues, withFaults } from '@dragon/scenarios';

export interface SimulationOptions {
  readonly scenario: string;
  readonly profile?: string;
  readonly policy?: string;
  readonly cpus?: number;
  readonly seed?: number;
  readonly until?: number;
  readonly keepGoing?: boolean;
  readonly observers?: readonly Observer[];
  /** Delays in place of the model's own. */
  readonly latency?: { readonly [name: string]: Latency };
  /** As on the command line. */
  readonly faults?: readonly string[];
  readonly set?: SetValues;
}

export interface Simulation {
  readonly plan: Plan;
  readonly run: LocalRun;
  readonly rows: readonly Row[];
  readonly changes: readonly FactsChange[];
  readonly hits: readonly TraceHit[];
  readonly result: RunResult;
  readonly graph: WaitForGraph;
  readonly outcome: string;
  /** Kinds of the agents in the cycle, in alphabetical order; empty without a deadlock. */
  readonly parties: readonly string[];
}

const SECOND = 1_000_000_000;

export function planOf({
  scenario,
  profile: profileName = 'v6.1',
  policy = '',
  cpus = 2,
  seed = 1,
  until = 300 * SECOND,
  keepGoing = false,
  latency = {},
  faults = [],
  set = {},
}: SimulationOptions): Plan {
  const profile = profileNamed(profileName);
  const chosen = parsePolicy(policy, profile.policy);
  const settings = { policy: chosen, release: profile.release, cpus, seed, until, keepGoing, latency, set };
  return withFaults(planScenario(scenarioNamed(scenario), settings), faults.map(readFault));
}

/** `each` is called after every event. */
export function simulate(options: SimulationOptions, each?: (run: LocalRun, row: Row) => void): Simulation {
  const plan = planOf(options);
  const { graph, finders } = kernelFinders();
  const rows: Row[] = [];
  const changes: FactsChange[] = [];
  const hits: TraceHit[] = [];
  const facts = { ends: false, facts: (change: FactsChange) => void changes.push(change) };
  const run = new LocalRun(plan, DEFINITIONS, {
    finders: [facts, ...finders],
    onRow: (row) => rows.push(row),
    onTrace: (hit) => hits.push(hit),
    observers: options.observers,
  });
  if (each === undefined) while (run.advance(Number.MAX_SAFE_INTEGER));
  else {
    while (run.advance(1)) {
      const last = rows.at(-1);
      if (last !== undefined) each(run, last);
    }
  }
  const result = run.result();
  const parties = (graph.deadlock?.cycle ?? []).map(({ agent }) => agent.split('/')[0] ?? agent).sort();
  return { plan, run, rows, changes, hits, result, graph, outcome: outcomeOf(result), parties };
}
