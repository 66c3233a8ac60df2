/** The file that faults and rules of a run were read from: which of them are its own, and where in it each stands. */
import type { Rule } from '@dragon/engine';
import { type Fault, FaultError } from '@dragon/kernel';
import type { Scenario } from './scenario.ts';
import { withFaults } from './with-faults.ts';
import { withRules } from './with-rules.ts';
import type { RunSettings } from './world.ts';

export interface PlanFile {
  readonly path: string;
  /** Of each of its faults, which are the first of the run's, as in `line 3, column 5`. */
  readonly faults: readonly string[];
  /** Of each of its rules. */
  readonly rules: readonly string[];
}

/** What a plan file says. */
export interface ReadPlan {
  readonly faults: readonly Fault[];
  readonly rules: readonly Rule[];
  readonly places: Pick<PlanFile, 'faults' | 'rules'>;
}

/** Returns what was asked for, with what a plan file says: its faults before those that were asked for beside it. */
export function askedWithPlan<Asked extends Pick<RunSettings, 'faults'>>(
  asked: Asked,
  path: string,
  { faults, rules, places }: ReadPlan,
): Asked & Required<Pick<RunSettings, 'faults' | 'rules'>> & { readonly planFile: PlanFile } {
  return { ...asked, faults: [...faults, ...(asked.faults ?? [])], rules, planFile: { path, ...places } };
}

/**
 * Returns where the first fault or rule of the file stands that a plan has no room for; undefined if it is none of
 * it.
 */
export function refusedPlace({ faults, rules }: PlanFile, scenario: Scenario, settings: RunSettings) {
  const plan = scenario.plan(settings);
  const own = settings.faults ?? [];
  const fault = faults.findIndex((_, i) => isRefused(() => withFaults(plan, own.slice(0, i + 1))));
  if (fault >= 0) return faults[fault];
  if (isRefused(() => withFaults(plan, own))) return undefined;
  const faulty = withFaults(plan, own);
  return rules[(settings.rules ?? []).findIndex((rule) => isRefused(() => withRules(faulty, [rule])))];
}

function isRefused(make: () => unknown): boolean {
  try {
    make();
    return false;
  } catch (error) {
    if (error instanceof FaultError) return true;
    throw error;
  }
}
