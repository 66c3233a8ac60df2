/** The values of settings as a user types them: what each accepts, and one line for what it does not. */
import { SECOND, type VirtualTime } from '@dragon/engine';
import { MOST_CPUS, parseDuration, PolicyError } from '@dragon/kernel';

/** Bad usage: what is wrong with the value of a setting. Who asked for it says where it was given. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  /** As in `cpus`. */
  readonly setting: string;

  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

/** Virtual time is exact up to 104 days; timers at the end of a run must be, too. */
const LONGEST_RUN = 90 * 24 * 3_600 * SECOND;

/** How many of them a scenario can have, it says itself. */
export const readCpus = (text: string): number => readWholeNumber('cpus', text, 1, MOST_CPUS);

export const readSeed = (text: string): number => readWholeNumber('seed', text, 0, Number.MAX_SAFE_INTEGER);

export const readUntil = (text: string): VirtualTime => readDuration('until', text, LONGEST_RUN);

/** Returns the number; throws `SettingError`. */
export function readWholeNumber(setting: string, text: string, least: number, most: number): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new SettingError(setting, `'${text}' is not a whole number from ${least} to ${most}`);
}

/** Returns nanoseconds; throws `SettingError`. */
export function readDuration(setting: string, text: string, longest: VirtualTime): VirtualTime {
  try {
    return parseDuration(text, longest);
  } catch (error) {
    if (error instanceof PolicyError) throw new SettingError(setting, error.message);
    throw error;
  }
}
