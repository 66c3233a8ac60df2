/** Latency profiles on their way into a run: from a file, or from the header of a trace. */
import type { Json, Latency } from '@dragon/engine';
import {
  LATENCY_PROFILE_FORMAT,
  LATENCY_PROFILE_VERSION,
  LatencyProfileError,
  readLatencyProfile,
} from '@dragon/scenarios';
import { readFileSync } from 'node:fs';
import { OperationalError } from './command-errors.ts';

export type LatencyDelays = { readonly [name: string]: Latency };

/**
 * Returns the delays that a profile of `dragon calibrate` has; throws an `OperationalError` that says what is wrong
 * with the file.
 */
export function readLatencyFile(path: string): LatencyDelays {
  try {
    return readLatencyProfile(readFileSync(path, 'utf8')).delays;
  } catch (error) {
    if (error instanceof LatencyProfileError) throw new OperationalError(`${path}: ${error.message}`);
    const reason = error instanceof Error ? error.message.replace(/, \w+(?: '.*)?$/, '') : String(error);
    throw new OperationalError(`${path} cannot be read: ${reason}`);
  }
}

/** Returns the delays as a trace's header has them; throws a `LatencyProfileError` for anything else. */
export function latencyDelays(delays: Json): LatencyDelays {
  const profile = { format: LATENCY_PROFILE_FORMAT, version: LATENCY_PROFILE_VERSION, source: { file: 'trace' } };
  return readLatencyProfile(JSON.stringify({ ...profile, delays, fitted: [] })).delays;
}
