/**
 * A run as it was asked for: from the words of the command line, or of the environment, to its plan, its heading, and
 * the command that makes it again.
 */
import type { Json, Plan } from '@dragon/engine';
import {
  DEFAULT_PROFILE,
  FaultError,
  faultName,
  formatExactDuration,
  formatFault,
  parsePolicy,
  policyChanges,
  PolicyError,
  policyValues,
  profileNamed,
  readFault,
  shellWord,
} from '@dragon/kernel';
import type { SetValues } from './parameter.ts';
import { type PlanFile, refusedPlace } from './plan-file.ts';
import { checkCpus, planScenario, type Scenario, ScenarioError } from './scenario.ts';
import { scenarioNamed } from './scenarios.ts';
import { readSetValues, type SetParameter, setParameters, setWord } from './set-values.ts';
import { readCpus, readSeed, readUntil, SettingError } from './setting-values.ts';
import { DEFAULT_CPUS, DEFAULT_SEED, DEFAULT_UNTIL, type RunSettings } from './world.ts';

/** What can be said of a run in words; what is not said is as usual. */
export interface RunTexts {
  readonly scenario: string;
  readonly profile?: string | undefined;
  /** `key=value,…`: what to change of the profile. */
  readonly policy?: string | undefined;
  readonly cpus?: string | undefined;
  readonly seed?: string | undefined;
  readonly until?: string | undefined;
  /** Each `key=value`, of the scenario's parameters. */
  readonly set?: readonly string[] | undefined;
  /** As `readFault` reads them. */
  readonly faults?: readonly string[] | undefined;
}

/** The settings of a run, before profile and policy have been looked up. */
export interface AskedRun extends Omit<RunSettings, 'policy' | 'release'> {
  readonly scenario: string;
  readonly profile: string;
  readonly policy: string;
  /** Where the delays in `latency` were read from. */
  readonly latencyFile?: string | undefined;
  /** Where rules, and the first of the faults, were read from. */
  readonly planFile?: PlanFile | undefined;
}

export interface RunRequest {
  readonly scenario: string;
  /** The name of the profile, as in `v6.1`. */
  readonly profile: string;
  readonly settings: RunSettings;
  /** What is not as usual of the scenario. */
  readonly set: readonly SetParameter[];
  /** As in `seed-deadlock, profile v6.7 with shrinkers=srcu, 4 CPUs, seed 1`. */
  readonly heading: string;
  /** The file that the delays in `settings.latency` were read from. */
  readonly latencyFile?: string | undefined;
  readonly planFile?: PlanFile | undefined;
  /** The arguments of `dragon`, for a shell, that make the same run in one process, where it gives the same digest. */
  readonly replayArguments: string;
  /** What was asked for, as a trace's header says it to a person. */
  readonly command: { readonly [option: string]: Json };
  /**
   * Makes the plan; for large caches this takes a moment. Throws `SettingError` for a fault that it has no room for.
   */
  readonly plan: () => Plan;
}

/** Returns what was asked for, with the usual values of what was not; throws `SettingError`. */
export function readRun({ scenario, profile, policy, cpus, seed, until, set = [], faults = [] }: RunTexts): AskedRun {
  const count = cpus === undefined ? DEFAULT_CPUS : readCpus(cpus);
  return {
    scenario,
    profile: profile ?? DEFAULT_PROFILE,
    policy: policy ?? '',
    cpus: count,
    seed: seed === undefined ? DEFAULT_SEED : readSeed(seed),
    until: until === undefined ? DEFAULT_UNTIL : readUntil(until),
    keepGoing: false,
    ...(set.length === 0 ? {} : { set: readSet(scenario, count, set) }),
    ...(faults.length === 0 ? {} : { faults: faults.map((text) => settingRead('fault', () => readFault(text))) }),
  };
}

function readSet(name: string, cpus: number, words: readonly string[]): SetValues {
  const scenario = settingRead('scenario', () => scenarioNamed(name));
  settingRead('cpus', () => checkCpus(scenario, cpus));
  return settingRead('set', () => readSetValues(scenario, cpus, words));
}

/** Returns the request; throws `SettingError` for what there is not. */
export function requestRun({
  scenario: name,
  profile: kernel,
  policy: changes,
  latencyFile,
  planFile,
  ...asked
}: AskedRun): RunRequest {
  const scenario = settingRead('scenario', () => scenarioNamed(name));
  const profile = settingRead('profile', () => profileNamed(kernel));
  const policy = settingRead('policy', () => parsePolicy(changes, profile.policy));
  const settings: RunSettings = { ...asked, policy, release: profile.release };
  const { cpus, seed, until, keepGoing, faults = [], rules = [] } = settings;
  const ownFaults = faults.slice(planFile?.faults.length ?? 0);
  settingRead('cpus', () => checkCpus(scenario, cpus));
  const changed = policyChanges(policy, profile.policy).join(',');
  const set = setParameters(scenario, cpus, settings.set);
  return {
    scenario: name,
    profile: profile.name,
    settings,
    set,
    heading: [
      name,
      `profile ${profile.name}${changed === '' ? '' : ` with ${changed}`}`,
      `${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`,
      ...set.map(setWord),
      `seed ${seed}`,
      ...(planFile === undefined ? [] : [`plan ${planFile.path}`]),
      ...ownFaults.map((fault) => `${faultName(fault)} at ${formatExactDuration(fault.at)}`),
      ...(latencyFile === undefined ? [] : [`delays of ${latencyFile}`]),
    ].join(', '),
    latencyFile,
    planFile,
    replayArguments: [
      'run',
      name,
      ...(profile.name === DEFAULT_PROFILE ? [] : ['--profile', profile.name]),
      ...(changed === '' ? [] : ['--policy', shellWord(changed)]),
      ...(cpus === DEFAULT_CPUS ? [] : ['--cpus', String(cpus)]),
      ...set.flatMap((each) => ['--set', setWord(each)]),
      '--seed',
      String(seed),
      ...(until === DEFAULT_UNTIL ? [] : ['--until', formatExactDuration(until)]),
      ...(keepGoing ? ['--keep-going'] : []),
      ...(latencyFile === undefined ? [] : ['--latency', shellWord(latencyFile)]),
      ...(planFile === undefined ? [] : ['--plan', shellWord(planFile.path)]),
      ...ownFaults.flatMap((fault) => ['--fault', shellWord(formatFault(fault))]),
    ].join(' '),
    command: {
      scenario: name,
      profile: profile.name,
      policy: policyValues(policy),
      seed,
      cpus,
      until,
      keepGoing,
      ...(set.length === 0 ? {} : { set: set.map(setWord) }),
      ...(latencyFile === undefined ? {} : { latencyFile }),
      ...(planFile === undefined ? {} : { planFile: planFile.path }),
      ...(faults.length === 0 ? {} : { faults: faults.map(formatFault) }),
      ...(rules.length === 0 ? {} : { rules: rules as unknown as Json }),
    },
    plan: () => plannedRun(scenario, settings, planFile),
  };
}

/** Returns the plan; throws a `SettingError` for a fault, a rule, or what was set, that it has no room for. */
function plannedRun(scenario: Scenario, settings: RunSettings, planFile: PlanFile | undefined): Plan {
  try {
    return planScenario(scenario, settings);
  } catch (error) {
    // How many CPUs it has was looked at before.
    if (error instanceof ScenarioError) throw new SettingError('set', error.message);
    if (!(error instanceof FaultError)) throw error;
    const place = planFile && refusedPlace(planFile, scenario, settings);
    if (planFile === undefined || place === undefined) throw new SettingError('fault', error.message);
    throw new SettingError('plan', `${planFile.path}: ${place}: ${error.message}`);
  }
}

/** Returns what `read` does; throws its complaint about a name or a policy as one about `setting`. */
export function settingRead<T>(setting: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof PolicyError || error instanceof FaultError)
      throw new SettingError(setting, error.message);
    throw error;
  }
}
