/** The run that options of the command line ask for, in whichever command they stand. */
import type { Latency } from '@dragon/engine';
import { policyParts } from '@dragon/kernel';
import { unreadableFile } from '@dragon/report';
import { shortText } from '@dragon/report/io';
import {
  type AskedRun,
  DEFAULT_SEED,
  LatencyProfileError,
  readLatencyProfile,
  readRun,
  requestRun,
  type RunRequest,
} from '@dragon/scenarios';
import { OperationalError } from '../failure.ts';
import { expectAssignments } from '../many-runs/candidate.ts';
import { onlySeed } from '../many-runs/seed-list.ts';
import { planOption } from './plan-option.ts';
import type { SettingsOptions } from './settings-options.ts';

/** Throws `SettingError` for what there is not, `OperationalError` for a file of delays that cannot be used. */
export const requestedRun = (scenario: string, options: SettingsOptions): RunRequest =>
  requestRun(askedRun(scenario, options));

/** Returns the same before profile and policy have been looked up: for whoever asks for runs that differ a little. */
export function askedRun(scenario: string, options: SettingsOptions): AskedRun {
  const { profile, policy, cpus, until, latency: latencyFile, set, fault: faults, plan } = options;
  expectAssignments(policyParts((policy ?? []).join(',')), '--profile');
  return {
    ...planOption(plan)(readRun({ scenario, profile, policy: policy?.join(','), cpus, until, set, faults })),
    seed: onlySeed(options) ?? DEFAULT_SEED,
    keepGoing: options.keepGoing === true,
    ...(latencyFile === undefined ? {} : { latency: readLatencyFile(latencyFile), latencyFile }),
  };
}

/** In bytes: a profile has some hundred numbers. */
const LONGEST_PROFILE = 1 << 20;

/**
 * Returns the delays that a profile of `dragon calibrate` has; throws an `OperationalError` that says what is wrong
 * with the file.
 */
export function readLatencyFile(path: string): { readonly [name: string]: Latency } {
  try {
    return readLatencyProfile(shortText(path, LONGEST_PROFILE)).delays;
  } catch (error) {
    if (error instanceof LatencyProfileError) throw new OperationalError(`${path}: ${error.message}`);
    throw new OperationalError(unreadableFile(path, error));
  }
}
