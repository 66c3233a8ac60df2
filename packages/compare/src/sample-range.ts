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
  /** The greatest value in it; of many values, where the next one begins. */
  readonly to: number;
}

/** Of so many values each can be named. */
const FEW = 64;

/** Returns the thirds of a range by their ends; of less than three values, one for each. */
export function thirdsOf(range: SampleRange): Third[] {
  const { least, most, step } = range;
  const starts = [...new Set([least, valueAt(range, 1 / 3), valueAt(range, 2 / 3)])];
  const gap = (most - least) / step < FEW ? step : 0;
  return starts.map((from, i) => ({ from, to: i + 1 < starts.length ? (starts[i + 1] ?? most) - gap : most }));
}

/** Returns in which third a value lies: the place in `thirdsOf`. */
export const thirdOf = (range: SampleRange, value: number): number =>
  Math.max(
    0,
    thirdsOf(range).findLastIndex(({ from }) => from <= value),
  );
