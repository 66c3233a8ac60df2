/** How the examples of docs/extending.md are run: in this process, or on federates. */
import { type AgentDefinition, type Finder, type Plan, type RunResult, runPlan } from '@dragon/engine';
import { coordinate, MemoryHub, type PlacementPolicy, runFederate } from '@dragon/federation';
import { type Profile, profileNamed } from '@dragon/kernel';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, planScenario, type Scenario } from '@dragon/scenarios';
import { poller } from './poller.ts';

/** Every kind there is, and the poller. */
const definitions = new Map([...DEFINITIONS, [poller.kind, poller as AgentDefinition]]);

/** Returns the plan of a scenario on a small machine. */
export function planExample(scenario: Scenario, profile: Profile = profileNamed('v6.1'), seed = 1): Plan {
  const settings = {
    policy: profile.policy,
    release: profile.release,
    cpus: 2,
    seed,
    until: 200_000_000,
    keepGoing: false,
  };
  return planScenario(scenario, settings);
}

export function runHere(plan: Plan, ...finders: readonly Finder[]): RunResult {
  return runPlan(plan, definitions, { finders: [...kernelFinders().finders, ...finders] });
}

/** Runs the plan on two federates, one of which hosts all pollers and nothing else. */
export async function runFederated(plan: Plan, ...finders: readonly Finder[]): Promise<RunResult> {
  const hub = new MemoryHub();
  const [run, names] = ['example', ['pollers', 'others']];
  const placement: PlacementPolicy = (agents) => agents.map(({ kind }) => (kind === 'poller' ? 'pollers' : 'others'));
  const options = { run, plan, placement, federates: 2, finders: [...kernelFinders().finders, ...finders] };
  const federates = names.map((name) => runFederate(hub.link(), { run, name, definitions }));
  const [result] = await Promise.all([coordinate(hub.link(), options), ...federates]);
  return result;
}
