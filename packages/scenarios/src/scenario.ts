/** A scenario: a function from what a user may choose of a run to its plan. A world is one way to make a plan. */
import type { Plan } from '@dragon/engine';
import { withFaults } from './with-faults.ts';
import { withRules } from './with-rules.ts';
import { planWorld, type RunSettings, type WorldSpec } from './world.ts';

/** Most CPUs, and why there cannot be more of them, as in `the memory is …`. */
export interface CpuLimit {
  readonly maxCpus: number;
  readonly because: string;
}

export interface Scenario {
  readonly name: string;
  /** One line for `dragon list`. */
  readonly about: string;
  /** Fewest CPUs with which it means anything. */
  readonly minCpus: number;
  /** Most CPUs, where they are not as many as of any scenario. */
  readonly limit?: CpuLimit | undefined;
  readonly plan: (settings: RunSettings) => Plan;
}

/** With more, what workers allocate for themselves becomes all that there is to see. */
export const USUAL_LIMIT: CpuLimit = {
  maxCpus: 1_024,
  because: 'the memory is the same for any number of them; that of many-cpus grows with them',
};

export const maxCpusOf = ({ limit = USUAL_LIMIT }: Scenario): number => limit.maxCpus;

/** Bad usage: what is wrong and, if there is one, the nearest that would be right. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** Returns the way to make a plan of a world that depends on the number of CPUs. */
export function planningWorld(world: (cpus: number) => WorldSpec): Scenario['plan'] {
  return (settings) => planWorld(world(settings.cpus), settings);
}

/**
 * Returns the plan of a scenario, with its faults and rules; throws `ScenarioError` if it cannot be run with these
 * settings, or `FaultError` with these faults and rules.
 */
export function planScenario(scenario: Scenario, settings: RunSettings): Plan {
  checkCpus(scenario, settings.cpus);
  return withRules(withFaults(scenario.plan(settings), settings.faults ?? []), settings.rules ?? []);
}

/** Throws `ScenarioError` if the scenario cannot have so many CPUs. */
export function checkCpus({ name, minCpus, limit = USUAL_LIMIT }: Scenario, cpus: number): void {
  const { maxCpus, because } = limit;
  if (cpus < minCpus) throw new ScenarioError(`scenario ${name} needs at least ${minCpus} CPUs, not ${cpus}`);
  if (cpus > maxCpus)
    throw new ScenarioError(`scenario ${name} can have at most ${maxCpus} CPUs, not ${cpus}: ${because}`);
}
