/**
 * Variables of a search for edges: every parameter of a scenario and every estimated constant, and how far each goes.
 */
import type { EdgeVariable } from '@dragon/compare';
import {
  formatValue,
  type Parameter,
  plausibleFactors,
  scenarioNamed,
  SettingError,
  type SetValues,
} from '@dragon/scenarios';
import type { RunChange } from './compare-request.ts';

/** A variable, and what a run has to be told so that it is so many times as large. */
interface ChangedVariable extends EdgeVariable {
  readonly change: (factor: number, cpus: number) => RunChange;
}

interface EdgeVariables {
  readonly variables: readonly ChangedVariable[];
  /** Parameters that are usually 0, of which no multiple is another value. */
  readonly notVaried: readonly string[];
}

/** Whether a run can be made with a change on so many CPUs. */
type CanRun = (change: RunChange, cpus: number) => boolean;

/**
 * Returns the variables; a range ends where no run can be made any more. The values are those of the first of `cpus`.
 */
export function edgeVariables(
  scenario: string,
  cpus: readonly number[],
  set: SetValues,
  constants: readonly string[],
  canRun: CanRun,
): EdgeVariables {
  const tables = new Map(cpus.map((count) => [count, scenarioNamed(scenario).parameters?.(count, set) ?? []]));
  const parameters = tables.get(cpus[0] ?? 0) ?? [];
  const fromParameters = parameters
    .filter(({ usual }) => usual > 0)
    .map((parameter) => {
      const { key, usual, least, most } = parameter;
      const variable: ChangedVariable = {
        name: key,
        least: Math.min(1, Math.max(1 / 4, least / usual)),
        most: Math.max(1, Math.min(4, most / usual)),
        textOf: (factor) => formatValue(parameter.unit, valueAt(parameter, factor)),
        change: (factor, count) => {
          const own = tables.get(count)?.find((each) => each.key === key) ?? parameter;
          return { set: [`${key}=${formatValue(own.unit, valueAt(own, factor))}`] };
        },
      };
      const fits = (factor: number) => cpus.every((count) => canRun(variable.change(factor, count), count));
      return { ...variable, least: farthest(variable.least, fits), most: farthest(variable.most, fits) };
    });
  const fromConstants = constants.map((constant): ChangedVariable => {
    const [least, most] = plausibleFactors(constant);
    return {
      name: constant,
      least,
      most,
      textOf: (factor) => `x${Number(factor.toPrecision(3))}`,
      change: (factor) => ({ scaled: { constant, factor } }),
    };
  });
  return {
    variables: [...fromParameters, ...fromConstants],
    notVaried: parameters.filter(({ usual }) => usual === 0).map(({ key }) => key),
  };
}

const PAGES_PER_MIB = 256;

/** Three digits, or whole MiB, are near enough, and can be read. */
function valueAt({ unit, usual, least, most }: Parameter, factor: number): number {
  if (factor === 1) return usual;
  const exact = usual * factor;
  const round = unit === 'memory' && exact >= 100 * PAGES_PER_MIB;
  const value = round ? PAGES_PER_MIB * Math.round(exact / PAGES_PER_MIB) : Math.round(Number(exact.toPrecision(3)));
  return Math.min(most, Math.max(least, value));
}

/** Returns the end, or the farthest of four tries on the way to it with which there is a run. */
function farthest(end: number, fits: (factor: number) => boolean): number {
  if (fits(end)) return end;
  let [good, bad] = [1, end];
  for (let tries = 0; tries < 4; tries += 1) {
    const middle = Number(Math.sqrt(good * bad).toPrecision(3));
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Returns whether `plan` makes a plan: what was set may leave no room for something else. */
export function hasPlan(plan: () => unknown): boolean {
  try {
    plan();
    return true;
  } catch (error) {
    if (error instanceof SettingError) return false;
    throw error;
  }
}
