/**
 * Fault plans: timed faults and rules of a run, as a YAML file. Whatever is wrong with one is said with line and
 * column.
 */
import type { Rule } from '@dragon/engine';
import type { Fault } from '@dragon/kernel';
import { FaultPlanError, placeText } from './fault-plan-error.ts';
import { planFault } from './plan-fault.ts';
import { planRule } from './plan-rule.ts';
import { expectKeys, mapOf, valueAt } from './plan-words.ts';
import { type YamlValue, yamlTree } from './yaml-tree.ts';

export interface FaultPlan {
  readonly faults: readonly Fault[];
  readonly rules: readonly Rule[];
  /** Where each of them begins, as in `line 3, column 5`. */
  readonly places: { readonly faults: readonly string[]; readonly rules: readonly string[] };
}

/** Returns the plan that a YAML text has; throws a `FaultPlanError`, whose message is one line. */
export function readFaultPlan(text: string): FaultPlan {
  const tree = yamlTree(text);
  const map = mapOf(tree, 'a plan, which has faults, or rules, or both');
  expectKeys(map, 'a plan', ['faults', 'rules']);
  const faults = listAt(valueAt(map, 'faults'), 'faults');
  const rules = listAt(valueAt(map, 'rules'), 'rules');
  if (faults.length + rules.length === 0)
    throw new FaultPlanError(tree.place, 'it has neither faults nor rules: give one, or leave it out');
  const read = rules.map(planRule);
  for (const [i, { name }] of read.entries()) {
    const twin = read.findIndex((each) => each.name === name);
    if (twin < i)
      throw new FaultPlanError(
        rules[i]?.place ?? tree.place,
        `the rule in line ${rules[twin]?.place.line} is called ${name}, too: give each its own name, as draws depend on it`,
      );
  }
  const place = (value: YamlValue) => placeText(value.place);
  return { faults: faults.map(planFault), rules: read, places: { faults: faults.map(place), rules: rules.map(place) } };
}

function listAt(value: YamlValue | undefined, what: string): readonly YamlValue[] {
  if (value === undefined) return [];
  if (value.kind === 'list') return value.members;
  throw new FaultPlanError(value.place, `${what} is a list: begin each of them with a dash`);
}
