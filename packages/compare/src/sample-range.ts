/** A range of a sampled parameter: from a place between 0 and 1 to a value, evenly or in logarithms. */
import { naturalLog } from './statistics.ts';

export interface SampleRange {
  readonly key: string;
  readonly least: number;
  readonly most: number;
  /** Values between the ends are multiples of it. */
  readonly step: number;
  /** Returns a value as a person writes it. */
  readonly textOf: (value: number) => string;
}

/** A range that spans more than a decade is sampled, and shown, in logarithms; one from 0 on has none. */
export const isLogarithmic = ({ least, most }: Pick<SampleRange, 'least' | 'most'>): boolean =>
  least > 0 && most > 10 * least;

/** Returns the value, a whole number, at a place: 0 is the least, 1 the most. Each of a few numbers has its share. */
export function valueAt(range: SampleRange, place: number): number {
  const { least, most, step } = range;
  const within = (value: number) => Math.min(most, Math.max(least, value));
  if (!isLogarithmic(range)) return within(step * Math.floor((least + (most - least + step) * place) / step));
  const exact = least * exponential(naturalLog(most / least) * place);
  return within(step * Math.round(Number(exact.toPrecision(4)) / step));
}

/** Returns the place of a value, 0 to 1. */
export function placeOf(range: SampleRange, value: number): number {
  const { least, most } = range;
  if (most === least) return 0.5;
  if (!isLogarithmic(range)) return (value - least) / (most - least);
  return naturalLog(value / least) / naturalLog(most / least);
}

/** Returns e^x of an x that is not negative, from exact arithmetic alone, as `naturalLog` is. */
function exponential(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; sum + term !== sum; k += 1) sum += term *= x / k;
  return sum;
}

interface Third {
  readonly from: number;
  readonly to: number;
}

/** Returns the ends of the three thirds of a range, as values. */
export function thirdsOf(range: SampleRange): Third[] {
  const ends = [0, 1 / 3, 2 / 3, 1].map((place) => valueAt(range, place));
  return [0, 1, 2].map((i) => ({ from: ends[i] ?? 0, to: ends[i + 1] ?? 0 }));
}

/** Returns in which third a value lies: 0, 1 or 2. */
export const thirdOf = (range: SampleRange, value: number): number =>
  Math.min(2, Math.max(0, Math.floor(3 * placeOf(range, value))));
