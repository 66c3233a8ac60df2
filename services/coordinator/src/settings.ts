/** What the coordinator is asked to run: the scenario and its settings, as environment variables give them. */
import { MILLISECOND, type Plan } from '@dragon/engine';
import { DEFAULT_PROFILE, parseDuration, parsePolicy, PolicyError, profileNamed } from '@dragon/kernel';
import {
  DEFAULT_CPUS,
  DEFAULT_SEED,
  DEFAULT_UNTIL,
  planScenario,
  ScenarioError,
  scenarioNamed,
} from '@dragon/scenarios';

type Environment = Readonly<Record<string, string | undefined>>;

export interface CoordinatorSettings {
  /** The run under which federates and coordinator meet. */
  readonly run: string;
  /** One line that says what is run. */
  readonly heading: string;
  readonly profile: string;
  readonly plan: Plan;
  /** How long nobody new must have come before the run begins. */
  readonly settleMs: number;
}

/** Bad usage: the variable, and what is wrong with its value, in one line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Returns the settings that DRAGON_SCENARIO, DRAGON_PROFILE, DRAGON_POLICY, DRAGON_CPUS, DRAGON_SEED, DRAGON_UNTIL,
 * DRAGON_RUN and DRAGON_SETTLE give; an empty variable counts as absent, and the defaults are those of `dragon run`.
 * Throws `SettingsError`.
 */
export function settingsFrom(env: Environment): CoordinatorSettings {
  const read = <T>(variable: string, fallback: string, parse: (text: string) => T): T => {
    try {
      return parse(env[variable] || fallback);
    } catch (error) {
      if (error instanceof ScenarioError || error instanceof PolicyError || error instanceof SettingsError)
        throw new SettingsError(`${variable}: ${error.message}`);
      throw error;
    }
  };
  const scenario = read('DRAGON_SCENARIO', 'seed-deadlock', scenarioNamed);
  const profile = read('DRAGON_PROFILE', DEFAULT_PROFILE, profileNamed);
  const policy = read('DRAGON_POLICY', '', (text) => parsePolicy(text, profile.policy));
  const cpus = read('DRAGON_CPUS', String(DEFAULT_CPUS), (text) => wholeNumber(text, 1, 4096));
  const seed = read('DRAGON_SEED', String(DEFAULT_SEED), (text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER));
  const until = read('DRAGON_UNTIL', `${DEFAULT_UNTIL}ns`, (text) => duration(text, LONGEST_UNTIL));
  const run = read('DRAGON_RUN', 'main', runName);
  const settleMs = read('DRAGON_SETTLE', '2s', (text) => duration(text, LONGEST_SETTLE)) / MILLISECOND;
  const plan = read('DRAGON_CPUS', '', () =>
    planScenario(scenario, { policy, profile: profile.name, cpus, seed, until, keepGoing: false }),
  );
  const changes = env['DRAGON_POLICY'] ? ` with ${env['DRAGON_POLICY']}` : '';
  const heading = `${scenario.name}, profile ${profile.name}${changes}, ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}, seed ${seed}`;
  return { run, heading, profile: profile.name, plan, settleMs };
}

/** Virtual time is exact up to 104 days; timers at the end of a run must be, too. */
const LONGEST_UNTIL = '7776000s';

/** Federates give up after a minute in which no run began. */
const LONGEST_SETTLE = '30s';

function duration(text: string, longest: string): number {
  const ns = parseDuration(text);
  if (ns <= parseDuration(longest)) return ns;
  throw new SettingsError(`${text} is too long: give at most ${longest}`);
}

function wholeNumber(text: string, least: number, most: number): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new SettingsError(`'${text}' is not a whole number from ${least} to ${most}`);
}

function runName(text: string): string {
  if (/^[\w-]{1,128}$/.test(text)) return text;
  throw new SettingsError(`'${text}' is not a name: give letters, digits, - and _`);
}
