/** The axes of a plot: from a value to a place on the page, and the ticks on the way. */
import { grouped, shortDuration } from './short-number.ts';
import { log10 } from './statistics.ts';

/**
 * `share`: 0 to 100 %. `duration` (ns) and `count` are logarithmic, since they differ by orders of magnitude; `rate`
 * starts at 0.
 */
export type Scale = 'share' | 'duration' | 'count' | 'rate';

export interface Axis {
  /** Returns the x of a value, a tenth of a pixel exact; what is outside lies on the edge. */
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Returns an axis from `left` to `right` on which all `values` have a place. */
export function axisOf(scale: Scale, values: readonly number[], left: number, right: number): Axis {
  if (scale === 'share') return linear(1, [0, 0.5, 1], (value) => `${100 * value} %`, left, right);
  if (scale === 'rate') {
    const top = niceAbove(Math.max(1, ...values));
    return linear(top, [0, top / 2, top], short, left, right);
  }
  return logarithmic(values, scale === 'duration' ? shortDuration : short, left, right);
}

function linear(
  top: number,
  ticks: readonly number[],
  text: (value: number) => string,
  left: number,
  right: number,
): Axis {
  const place = (value: number) => tenth(left + (right - left) * Math.min(1, Math.max(0, value / top)));
  return { place, ticks: ticks.map((value) => ({ at: place(value), text: text(value) })) };
}

/** Where 0 is among the values, it stands left of the logarithms, which have no place for it. */
const ZERO_WIDTH = 24;

function logarithmic(values: readonly number[], text: (value: number) => string, start: number, right: number): Axis {
  const hasZero = values.some((value) => value <= 0);
  const left = hasZero ? start + ZERO_WIDTH : start;
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(log10(Math.min(...(positive.length > 0 ? positive : [1]))));
  const high = Math.max(low + 1, Math.ceil(log10(Math.max(...(positive.length > 0 ? positive : [1])))));
  const place = (value: number) => {
    if (value === Infinity) return right;
    if (value <= 0) return start;
    const share = (log10(value) - low) / (high - low);
    return tenth(left + (right - left) * Math.min(1, Math.max(0, share)));
  };
  const step = Math.ceil((high - low) / 4);
  const ticks: { at: number; text: string }[] = hasZero ? [{ at: start, text: '0' }] : [];
  for (let decade = low; decade <= high; decade += step) {
    const value = powerOfTen(decade);
    ticks.push({ at: place(value), text: text(value) });
  }
  return { place, ticks };
}

/** 1, 2, 5, 10, 20, 50, …: the first that is not below `value`. */
function niceAbove(value: number): number {
  for (let decade = 1; ; decade *= 10)
    for (const digit of [1, 2, 5]) if (digit * decade >= value) return digit * decade;
}

function powerOfTen(exponent: number): number {
  let power = 1;
  for (let i = 0; i < Math.abs(exponent); i += 1) power *= 10;
  return exponent < 0 ? 1 / power : power;
}

/** `20k`, `1.5M`, `2.5` */
function short(value: number): string {
  if (!Number.isInteger(value)) return String(value);
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  return value >= 10_000 ? `${value / 1_000}k` : grouped(value);
}

const tenth = (x: number) => Math.round(10 * x) / 10;
