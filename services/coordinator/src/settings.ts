/** Settings of the coordinator: the scenario and how to run it, as environment variables give them. */
import { MILLISECOND, SECOND } from '@dragon/engine';
import { FaultPlanError, readFaultPlan } from '@dragon/fault-plan';
import { unreadableFile } from '@dragon/report';
import { shortText } from '@dragon/report/io';
import { askedWithPlan, readDuration, readRun, requestRun, type RunRequest, SettingError } from '@dragon/scenarios';

type Environment = Readonly<Record<string, string | undefined>>;

export interface CoordinatorSettings {
  /** The run under which federates and coordinator meet. */
  readonly run: string;
  readonly request: RunRequest;
  /** How long nobody new must have come before the run begins. */
  readonly settleMs: number;
}

/** Federates give up after a minute in which no run began. */
const LONGEST_SETTLE = 30 * SECOND;

/**
 * Returns the settings that DRAGON_SCENARIO, DRAGON_PROFILE, DRAGON_POLICY, DRAGON_CPUS, DRAGON_SEED, DRAGON_UNTIL,
 * DRAGON_SET and DRAGON_FAULT (each with semicolons between), DRAGON_PLAN (the path of a fault plan), DRAGON_RUN and
 * DRAGON_SETTLE give; an empty variable counts as absent, and the defaults are those of `dragon run`. Throws
 * `SettingError`.
 */
export function settingsFrom(env: Environment): CoordinatorSettings {
  const text = (setting: string) => env[variableOf(setting)] || undefined;
  const asked = readRun({
    scenario: text('scenario') ?? 'seed-deadlock',
    profile: text('profile'),
    policy: text('policy'),
    cpus: text('cpus'),
    seed: text('seed'),
    until: text('until'),
    set: listOf(text('set')),
    faults: listOf(text('fault')),
  });
  const planFile = text('plan');
  const request = requestRun(planFile === undefined ? asked : askedWithPlan(asked, planFile, planIn(planFile)));
  const settleMs = readDuration('settle', text('settle') ?? '2s', LONGEST_SETTLE) / MILLISECOND;
  return { run: runName(text('run') ?? 'main'), request, settleMs };
}

const listOf = (text: string | undefined) => text?.split(';').filter((each) => each.trim() !== '');

/** In bytes: those of a plan that has as many characters as it may have, and of many more. */
const LONGEST_PLAN = 1 << 20;

function planIn(path: string) {
  try {
    return readFaultPlan(shortText(path, LONGEST_PLAN));
  } catch (error) {
    const why = error instanceof FaultPlanError ? `${path}: ${error.message}` : unreadableFile(path, error);
    throw new SettingError('plan', why);
  }
}

/** Returns the environment variable that gives a setting. */
export const variableOf = (setting: string) => `DRAGON_${setting.toUpperCase()}`;

function runName(text: string): string {
  if (/^[\w-]{1,128}$/.test(text)) return text;
  throw new SettingError('run', `'${text}' is not a name: give letters, digits, - and _`);
}
