/** A parameter of a scenario: a size or an instant that a person may set, and how its values are written. */
import { formatExactDuration, parseDuration, PolicyError } from '@dragon/kernel';

/** A value is a number of things, pages of 4 KiB, nanoseconds, or a share of what is usual. */
export type ParameterUnit = 'count' | 'memory' | 'time' | 'percent';

/** What a scenario declares of a parameter beside its key. */
export interface ParameterKind {
  /** One line: what it is. */
  readonly about: string;
  readonly unit: ParameterUnit;
  readonly least: number;
  readonly most: number;
}

export interface Parameter extends ParameterKind {
  readonly key: string;
  /** What it is if nobody sets it. */
  readonly usual: number;
}

/** What was set of a scenario: parameter to value. */
export interface SetValues {
  readonly [key: string]: number;
}

/** What a value has to be, as in `give a number and a unit, as in 160MiB`. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

const KIB_PER_PAGE = 4;

/** Those of memory in KiB; a kernel's command line has K, M and G for these. */
const MEMORY_UNITS: Readonly<Record<string, number>> = {
  KiB: 1,
  MiB: 1_024,
  GiB: 1_048_576,
  K: 1,
  k: 1,
  M: 1_024,
  G: 1_048_576,
  kB: 1,
  pages: KIB_PER_PAGE,
};

const COUNT_UNITS: Readonly<Record<string, number>> = { k: 1_000, K: 1_000, M: 1_000_000 };

/** Returns the value of `text`; throws a `ParameterError` for what is none, or is out of bounds. */
export function readParameter(parameter: Parameter, text: string): number {
  const value = valueIn(parameter.unit, text.trim());
  const { least, most, unit } = parameter;
  if (value >= least && value <= most) return value;
  throw new ParameterError(
    `'${text}' is out of bounds: give ${formatValue(unit, least)} to ${formatValue(unit, most)}`,
  );
}

function valueIn(unit: ParameterUnit, text: string): number {
  switch (unit) {
    case 'count':
      return countIn(text);
    case 'memory':
      return pagesIn(text);
    case 'time':
      return durationIn(text);
    case 'percent':
      return percentIn(text);
  }
}

function countIn(text: string): number {
  const [, digits, suffix = ''] = NUMBER.exec(text) ?? [];
  const size = suffix === '' ? 1 : COUNT_UNITS[suffix];
  const count = size === undefined || digits === undefined ? Number.NaN : Number(digits) * size;
  if (Number.isSafeInteger(count)) return count;
  throw new ParameterError(`'${text}' is not a whole number: give one, as in 5000 or 50k`);
}

function pagesIn(text: string): number {
  const [, digits, suffix = ''] = NUMBER.exec(text) ?? [];
  const size = MEMORY_UNITS[suffix] ?? (Number(digits) === 0 ? 1 : undefined);
  if (digits === undefined || size === undefined)
    throw new ParameterError(
      `'${text}' is not an amount of memory: give a number and a unit, KiB, MiB, GiB or pages, as in 160MiB`,
    );
  const pages = (Number(digits) * size) / KIB_PER_PAGE;
  if (Number.isSafeInteger(pages)) return pages;
  throw new ParameterError(`'${text}' is not a whole number of pages of 4 KiB`);
}

function durationIn(text: string): number {
  if (ZERO.test(text)) return 0;
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof PolicyError) throw new ParameterError(error.message);
    throw error;
  }
}

function percentIn(text: string): number {
  const digits = /^(\d{1,16})\s*%?$/.exec(text)?.[1];
  if (digits !== undefined) return Number(digits);
  throw new ParameterError(`'${text}' is not a whole number of per cent: give one, as in 270%`);
}

/** A number with or without a fraction, and letters: a unit. */
const NUMBER = /^(\d{1,16}(?:\.\d{1,9})?)\s*(\p{L}*)$/u;
/** No time at all, with or without a unit. */
const ZERO = /^0+(?:\.0+)?\s*(?:ns|us|ms|s|min|h)?$/;

/** Returns a value as `readParameter` reads it, in the largest unit that gives a whole number. */
export function formatValue(unit: ParameterUnit, value: number): string {
  switch (unit) {
    case 'count':
      return String(value);
    case 'memory': {
      const kib = value * KIB_PER_PAGE;
      if (kib === 0) return '0';
      const [name, size] = (['GiB', 'MiB', 'KiB'] as const)
        .map((each) => [each, MEMORY_UNITS[each] ?? 1] as const)
        .find(([, each]) => kib % each === 0) ?? ['KiB', 1];
      return `${kib / size}${name}`;
    }
    case 'time':
      return value === 0 ? '0s' : formatExactDuration(value);
    case 'percent':
      return `${value}%`;
  }
}
