/**
 * A run as it was asked for: what to simulate, and the command line and the trace header that ask for the same again.
 */
import type { Json, Plan } from '@dragon/engine';
import { DEFAULT_PROFILE, formatExactDuration, parsePolicy, profileNamed } from '@dragon/kernel';
import type { TraceCommand } from '@dragon/report';
import {
  DEFAULT_CPUS,
  DEFAULT_SEED,
  DEFAULT_UNTIL,
  planScenario,
  type RunSettings,
  type Scenario,
  ScenarioError,
  scenarioNamed,
} from '@dragon/scenarios';
import { latencyDelays } from './latency-file.ts';
import { parseCpus, parseSeed, parseUntil } from './option-values.ts';
import { policyChanges, policyValues } from './policy-text.ts';

export interface RunRequest {
  readonly scenario: Scenario;
  readonly settings: RunSettings;
  /** Where the settings' delays were read from. */
  readonly latencyFile?: string | undefined;
}

/** What `requestRun` takes as texts; the rest is as `RunSettings` has it. */
export interface RequestedRun extends Omit<RunSettings, 'policy'> {
  readonly scenario: string;
  /** `key=value,…`: what to change of the profile. */
  readonly policy: string;
  readonly latencyFile?: string | undefined;
}

/** The settings of a run of which nothing but the scenario is said. */
export const DEFAULT_REQUEST: Omit<RequestedRun, 'scenario'> = {
  profile: DEFAULT_PROFILE,
  policy: '',
  cpus: DEFAULT_CPUS,
  seed: DEFAULT_SEED,
  until: DEFAULT_UNTIL,
  keepGoing: false,
};

/** Returns the request; throws `ScenarioError` or `PolicyError` for what there is not. */
export function requestRun({ scenario, policy, latencyFile, ...settings }: RequestedRun): RunRequest {
  const found = scenarioNamed(scenario);
  if (settings.cpus < found.minCpus)
    throw new ScenarioError(`scenario ${scenario} needs at least ${found.minCpus} CPUs: give --cpus ${found.minCpus}`);
  if (found.maxCpus !== undefined && settings.cpus > found.maxCpus)
    throw new ScenarioError(
      `scenario ${scenario} can have at most ${found.maxCpus} CPUs: give --cpus ${found.maxCpus}`,
    );
  return {
    scenario: found,
    latencyFile,
    settings: { ...settings, policy: parsePolicy(policy, profileNamed(settings.profile).policy) },
  };
}

export function planOf({ scenario, settings }: RunRequest): Plan {
  return planScenario(scenario, settings);
}

/** Returns the shell command that makes the same run in one process, where it gives the same digest. */
export function replayCommand({ scenario, settings, latencyFile }: RunRequest): string {
  const { profile, policy, cpus, seed, until, keepGoing } = settings;
  const changes = policyChanges(policy, profile);
  const words = [
    ...(profile === DEFAULT_PROFILE ? [] : ['--profile', profile]),
    ...(changes === '' ? [] : ['--policy', /[()]/.test(changes) ? `'${changes}'` : changes]),
    ...(cpus === DEFAULT_CPUS ? [] : ['--cpus', String(cpus)]),
    '--seed',
    String(seed),
    ...(until === DEFAULT_UNTIL ? [] : ['--until', formatExactDuration(until)]),
    ...(keepGoing ? ['--keep-going'] : []),
    ...(latencyFile === undefined ? [] : ['--latency', latencyFile]),
  ];
  return `npx dragon run ${scenario.name} ${words.join(' ')}`;
}

/** Returns what the header of a trace says of the run. */
export function traceCommand({ scenario, settings, latencyFile }: RunRequest): TraceCommand {
  const { profile, policy, seed, cpus, until, keepGoing, latency } = settings;
  const command = { scenario: scenario.name, profile, policy: policyValues(policy), seed, cpus, until, keepGoing };
  return latency === undefined ? command : { ...command, latency, latencyFile };
}

/** Returns the request that a trace's header tells of; throws what a command line with the same mistake would. */
export function requestOf(command: TraceCommand): RunRequest {
  const { scenario, profile, policy, seed, cpus, until, keepGoing, latency, latencyFile } = command;
  return requestRun({
    scenario,
    profile,
    policy: assignments(policy),
    // What was written into a file is not to be trusted more than what was typed.
    seed: parseSeed(String(seed)),
    cpus: parseCpus(String(cpus)),
    until: parseUntil(`${until}ns`),
    keepGoing: keepGoing === true,
    ...(latency === undefined ? {} : { latency: latencyDelays(latency) }),
    ...(typeof latencyFile === 'string' ? { latencyFile } : {}),
  });
}

/** Anything but an object of options is passed on as the text that it is, to be refused. */
function assignments(policy: Json): string {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) return JSON.stringify(policy);
  return Object.entries(policy)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(',');
}
