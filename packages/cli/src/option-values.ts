/** The values of the command line's options: what each accepts, and one line for what it does not. */
import { parseDuration, PolicyError } from '@dragon/kernel';
import { UsageError } from './command-errors.ts';

const MOST_CPUS = 4096;

/** Each is a process of Node: some 60 MB, and half a second of a CPU to start. */
export const MOST_PROCESSES = 256;

/** Virtual time is exact up to 104 days; timers at the end of a run must be, too. */
const LONGEST = '90 days (7776000s)';
const LONGEST_NS = 7_776_000_000_000_000;

export const parseCpus = (text: string) => wholeNumber('--cpus', text, 1, MOST_CPUS);

export const parseProcesses = (text: string) => wholeNumber('--processes', text, 1, MOST_PROCESSES);

export const parseSeed = (text: string) => wholeNumber('--seed', text, 0, Number.MAX_SAFE_INTEGER);

/** Returns nanoseconds. */
export function parseUntil(text: string): number {
  try {
    const ns = parseDuration(text);
    if (ns <= LONGEST_NS) return ns;
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(`--until: ${error.message}`);
    throw error;
  }
  throw new UsageError(`--until: a run is at most ${LONGEST} long, not ${text}`);
}

/** For an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Returns the number; throws a `UsageError` that says what would be one. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${option} ${text}: give a whole number from ${least} to ${most}`);
}
