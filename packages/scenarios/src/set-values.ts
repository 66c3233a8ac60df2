/** What `--set` sets of a scenario: read from words, and written as words again. */
import { unknownName } from '@dragon/kernel';
import { formatValue, ParameterError, type ParameterUnit, readParameter, type SetValues } from './parameter.ts';
import { type Scenario, ScenarioError } from './scenario.ts';

/** Returns what the words set, each `key=value`; throws `ScenarioError` for what the scenario does not have. */
export function readSetValues(scenario: Scenario, cpus: number, words: readonly string[]): SetValues {
  const parameters = scenario.parameters?.(cpus) ?? [];
  const values: { [key: string]: number } = {};
  for (const word of words) {
    const [, key, text] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(word) ?? [];
    const keys = parameters.map((each) => each.key);
    if (key === undefined || text === undefined)
      throw new ScenarioError(`'${word}' is no key=value (${scenario.name} has: ${keys.join(', ')})`);
    const parameter = parameters.find((each) => each.key === key);
    if (parameter === undefined) throw new ScenarioError(`${scenario.name}: ${unknownName('parameter', key, keys)}`);
    if (Object.hasOwn(values, key)) throw new ScenarioError(`${key} is set twice`);
    try {
      values[key] = readParameter(parameter, text);
    } catch (error) {
      if (error instanceof ParameterError) throw new ScenarioError(`${key}: ${error.message}`);
      throw error;
    }
  }
  return values;
}

/** One thing that was set, for whoever shows it. */
export interface SetParameter {
  readonly key: string;
  /** A number of things, pages of 4 KiB, or nanoseconds, as the unit is. */
  readonly value: number;
  readonly unit: ParameterUnit;
  /** As `--set` reads it. */
  readonly text: string;
}

/** Returns what was set, in the order of the scenario's parameters. */
export function setParameters(scenario: Scenario, cpus: number, values: SetValues | undefined): SetParameter[] {
  if (values === undefined) return [];
  return (scenario.parameters?.(cpus) ?? []).flatMap(({ key, unit }) => {
    const value = values[key];
    return value === undefined ? [] : [{ key, value, unit, text: formatValue(unit, value) }];
  });
}

/** Returns it as `--set` reads it. */
export const setWord = ({ key, text }: Pick<SetParameter, 'key' | 'text'>): string => `${key}=${text}`;
