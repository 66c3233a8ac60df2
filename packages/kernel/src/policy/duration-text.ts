/** Durations as people write them: `250ms`, `1.5s`, `1h30m`. */
import { PolicyError } from './policy-error.ts';

const SECOND = 1_000_000_000;

/** Those that are offered. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  ms: 1_000_000,
  s: SECOND,
  min: 60 * SECOND,
  h: 3_600 * SECOND,
  d: 86_400 * SECOND,
};

/** Other spellings; the two signs for micro look alike. */
const SPELLINGS: Readonly<Record<string, string>> = {
  µs: 'us',
  μs: 'us',
  usec: 'us',
  msec: 'ms',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
};

/** Returns nanoseconds; throws `PolicyError` for what is none, for none at all, and for more than `longest`. */
export function parseDuration(text: string, longest: number = Number.MAX_SAFE_INTEGER): number {
  const parts = partsOf(text);
  if (parts === undefined)
    throw new PolicyError(`'${text}' is not a duration: give a number and a unit, as in 250ms, 1.5s or 1h30m`);
  const ns = parts.reduce((sum, { count, unit }) => sum + count * sizeOf(unit, text), 0);
  if (parts.every(({ count }) => count === 0)) throw new PolicyError(`'${text}' is zero: give a longer time`);
  if (Math.round(ns) < 1) throw new PolicyError(`'${text}' is less than a nanosecond: give a longer time`);
  if (ns > longest) throw new PolicyError(`'${text}' is too long: give at most ${formatLongest(longest)}`);
  return Math.round(ns);
}

/** Returns a duration in the largest unit up to seconds that gives a whole number; `parseDuration` reads it back. */
export function formatExactDuration(ns: number): string {
  const [unit, size] = (['s', 'ms', 'us'] as const)
    .map((name) => [name, UNITS[name] ?? 1] as const)
    .find(([, each]) => ns % each === 0) ?? ['ns', 1];
  return `${ns / size}${unit}`;
}

interface Part {
  readonly count: number;
  /** Empty for a zero without one. */
  readonly unit: string;
}

/** Returns undefined if the text is no sequence of numbers with units, each smaller than the one before. */
function partsOf(text: string): Part[] | undefined {
  const trimmed = text.trim();
  if (/^0+(?:\.0+)?$/.test(trimmed)) return [{ count: 0, unit: '' }];
  const pattern = /(\d+(?:\.\d+)?|\.\d+)\s*(\p{L}+)\s*/uy;
  const parts: Part[] = [];
  while (pattern.lastIndex < trimmed.length) {
    const match = pattern.exec(trimmed);
    if (match === null) return undefined;
    parts.push({ count: Number(match[1]), unit: match[2] ?? '' });
  }
  const sizes = parts.flatMap(({ unit }) => UNITS[spelled(unit)] ?? []);
  return parts.length === 0 || sizes.some((size, i) => i > 0 && size >= (sizes[i - 1] ?? 0)) ? undefined : parts;
}

const spelled = (unit: string): string => (Object.hasOwn(SPELLINGS, unit) ? (SPELLINGS[unit] ?? unit) : unit);

function sizeOf(unit: string, text: string): number {
  if (unit === '') return 0;
  const name = spelled(unit);
  const size = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (size === undefined)
    throw new PolicyError(`'${text}': unknown unit '${unit}' (one of: ${Object.keys(UNITS).join(', ')})`);
  return size;
}

/** `90d`, if it is as whole as that, else in seconds and below. */
function formatLongest(ns: number): string {
  const days = ns / (UNITS['d'] ?? 1);
  return Number.isInteger(days) ? `${days}d` : formatExactDuration(ns);
}
