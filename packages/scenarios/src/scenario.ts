/** A scenario: a function from what a user may choose of a run to its plan. A world is one way to make a plan. */
import type { Plan } from '@dragon/engine';
import { formatValue, type Parameter, type ParameterKind, type SetValues } from './parameter.ts';
import { withFaults } from './with-faults.ts';
import { withRules } from './with-rules.ts';
import { planWorld, type RunSettings, type WorldSpec } from './world.ts';
import { withWorldValues, WORLD_PARAMETERS } from './world-parameters.ts';

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
  /**
   * What of it may be set; nothing where this is absent. What is usual of one may depend on what is `set` of others,
   * and of one that is set it is that.
   */
  readonly parameters?: (cpus: number, set?: SetValues) => readonly Parameter[];
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

/** Parameters of a world's own by key, each with what it is if nobody sets it. */
interface OwnParameters {
  readonly [key: string]: OwnParameter;
}

export interface OwnParameter extends ParameterKind {
  /** A number, or one that CPUs and the parameters before this one make. */
  readonly usual: number | ((cpus: number, values: SetValues) => number);
}

type Values<Own> = { readonly [Key in keyof Own]: number };

/**
 * Returns the way to make a plan of a world that depends on the number of CPUs and on parameters of its own, and all
 * parameters that it has. The usual value of one may depend on those that stand before it. One of its own stands for
 * that of every world that has the same key.
 */
export function planningWorld<Own extends OwnParameters = OwnParameters>(
  world: (cpus: number, values: Values<Own>) => WorldSpec,
  own?: Own,
): Required<Pick<Scenario, 'plan' | 'parameters'>> {
  const table = own ?? ({} as Own);
  const worldOf = (cpus: number, set: SetValues): WorldSpec => {
    const others = Object.fromEntries(Object.entries(set).filter(([key]) => !Object.hasOwn(table, key)));
    return withWorldValues(world(cpus, parameterValues(table, cpus, set)), others);
  };
  return {
    plan: (settings) => fittingPlan(() => planWorld(worldOf(settings.cpus, settings.set ?? {}), settings)),
    parameters: (cpus, set = {}) => {
      const usual: SetValues = parameterValues(table, cpus, set);
      const spec = worldOf(cpus, set);
      return [
        ...Object.entries(table).map(([key, kind]) => ({ ...kind, key, usual: usual[key] ?? 0 })),
        ...WORLD_PARAMETERS.filter(({ key }) => !Object.hasOwn(table, key)).map(({ put: _put, ...parameter }) => ({
          ...parameter,
          usual: parameter.usual(spec),
        })),
      ];
    },
  };
}

/** Returns what parameters come to on so many CPUs, with what was set of them. */
export function parameterValues<Own extends OwnParameters>(own: Own, cpus: number, set: SetValues = {}): Values<Own> {
  const values: { [key: string]: number } = {};
  for (const [key, { usual }] of Object.entries(own))
    values[key] = set[key] ?? (typeof usual === 'number' ? usual : usual(cpus, values));
  return values as Values<Own>;
}

/** Returns what `make` does; throws a `ScenarioError` if the sizes of its world do not fit together. */
function fittingPlan(make: () => Plan): Plan {
  try {
    const plan = make();
    for (const { kind, params } of plan.agents) if (kind === 'memory') expectRoom(params as SetValues);
    return plan;
  } catch (error) {
    // There are no inode numbers left.
    if (error instanceof RangeError) throw new ScenarioError(error.message);
    throw error;
  }
}

/** `params` of a page allocator: pages by where they are. */
function expectRoom(params: SetValues): void {
  const pages = (key: string): number => params[key] ?? 0;
  const parts = { free: pages('free'), 'page cache': pages('lruFile') + pages('cachedFile'), slab: pages('slab') };
  const taken = Object.values(parts).reduce((sum, each) => sum + each, 0);
  if (taken <= pages('managed')) return;
  const text = Object.entries(parts).map(([name, each]) => `${formatValue('memory', each)} ${name}`);
  throw new ScenarioError(
    `${formatValue('memory', pages('managed'))} of memory cannot hold ${text.join(', ')}: set more memory, or less of these`,
  );
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
