/** The values of the command line's own options: what each accepts, and one line for what it does not. */
import { policyParts, unknownName } from '@dragon/kernel';
import { readCpus, readDuration, readWholeNumber, SettingError } from '@dragon/scenarios';
import { seedReader } from './many-runs/seed-list.ts';

/** Each is a process of Node: some 60 MB, and half a second of a CPU to start. */
export const MOST_PROCESSES = 256;

/** `1,4,16`, in rising order. */
export function parseCpusList(text: string): readonly number[] {
  const list = text.split(',').map((each) => readCpus(each.trim()));
  if (new Set(list).size < list.length) throw new SettingError('cpus', `'${text}' has a number twice`);
  return list.sort((a, b) => a - b);
}

/** `kswapd0,inodegc/0`, in the order in which they are given. */
export const parseAgents = (text: string): readonly string[] => text.split(',').map((each) => each.trim());

/** A point of virtual time, as in `2.22s`. */
export const parseInstant = (setting: string) => (text: string) => readDuration(setting, text, Number.MAX_SAFE_INTEGER);

export const parseProcesses = (text: string) => readWholeNumber('processes', text, 1, MOST_PROCESSES);

export const parseHosts = (text: string) => readWholeNumber('hosts', text, 1, MOST_PROCESSES);

export const parseCapacity = (text: string) => readWholeNumber('capacity', text, 1, 1_024);

/** A name that can be part of a NATS subject. */
export function parseHostName(text: string): string {
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new SettingError('name', `'${text}' is not a name: give up to 64 letters, digits, _ and -`);
}

export const parsePort = (text: string) => readWholeNumber('port', text, 0, 65_535);

/** Virtual seconds per second of the wall clock. */
export function parseSpeed(text: string): number {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (text.trim() !== '' && Number.isFinite(speed) && speed > 0) return speed;
  throw new SettingError('speed', `'${text}' is not a speed: give virtual seconds a second, as in 0.001, or unlimited`);
}

/** A time of the wall clock, in nanoseconds. */
export const parseSpan = (setting: string) => (text: string) => readDuration(setting, text, Number.MAX_SAFE_INTEGER);

export const parseMinutes = (text: string) => readWholeNumber('minutes', text, 1, 10_000);

export const parseCases = (text: string) => readWholeNumber('cases', text, 1, 100_000_000);

export const parseJobs = (text: string) => readWholeNumber('jobs', text, 1, 256);

export const parseSensitivitySeeds = (text: string) => readWholeNumber('sensitivity-seeds', text, 1, 1_000);

export const parseEdgeRuns = (text: string) => readWholeNumber('edge-runs', text, 1, 1_000_000);

export const parseSample = (text: string) => readWholeNumber('sample', text, 1, 10_000);

export const parseSeed = seedReader('seed', ': give a whole number, as 7');

export const parseSeeds = seedReader('seeds', ' and no range: give 7, 1..100 or 1,4,7..9');

/** Of `--policy`, which may be given several times: all of it is one policy. */
export function collectPolicy(text: string, before: readonly string[] = []): readonly string[] {
  if (policyParts(text).length === 0) throw new SettingError('policy', `'${text}' is empty: give key=value,…`);
  return [...before, text];
}

/** What a run prints: its report, or what the kernel's own tools would have. */
export const RUN_FORMATS = ['text', 'hung-task', 'lockdep'] as const;

export function parseFormat(text: string): (typeof RUN_FORMATS)[number] {
  const format = RUN_FORMATS.find((each) => each === text);
  if (format === undefined) throw new SettingError('format', unknownName('form', text, RUN_FORMATS));
  return format;
}

/** What `dragon import` reads. */
export const IMPORT_FORMATS = ['boots', 'dmesg', 'ftrace'] as const;

export const THEMES = ['light', 'dark'] as const;

export function parseTheme(text: string): (typeof THEMES)[number] {
  const theme = THEMES.find((each) => each === text);
  if (theme === undefined) throw new SettingError('theme', unknownName('theme', text, THEMES));
  return theme;
}

/** For an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Returns an option as it is typed: `keepGoing` is `--keep-going`. */
export function optionFlag(name: string): string {
  return `--${Array.from(name, (each) => (each < 'a' ? `-${each.toLowerCase()}` : each)).join('')}`;
}
