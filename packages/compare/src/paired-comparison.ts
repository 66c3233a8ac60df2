/** Differences between two policies that met the same random numbers: pair by pair, with 95 % confidence intervals. */
import { type Interval, mcnemarExact, medianRank, wilsonInterval } from './statistics.ts';

/** A difference of shares, second minus first. */
export interface ShareDifference extends Interval {
  readonly difference: number;
  /** McNemar's exact test, two-sided. */
  readonly p: number;
  /** Pairs in which it happened to one side only. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/** The median of the differences, second minus first; its interval is null with fewer than 6 pairs. */
export interface MedianDifference {
  readonly median: number;
  readonly interval: Interval | null;
  readonly pairs: number;
}

/**
 * Returns the difference between the shares of pairs in which something happened. The interval is method 10 of Newcombe
 * (Statistics in Medicine 17, 1998, 2635-2650): two Wilson intervals, squared and added, corrected for the correlation
 * of the sides. It holds where no pair differs and where shares are 0 or 1, which a Wald interval does not; the p-value
 * is exact.
 */
export function compareShares(pairs: readonly (readonly [first: boolean, second: boolean])[]): ShareDifference {
  let [both, onlyFirst, onlySecond, neither] = [0, 0, 0, 0];
  for (const [first, second] of pairs) {
    if (first && second) both += 1;
    else if (first) onlyFirst += 1;
    else if (second) onlySecond += 1;
    else neither += 1;
  }
  const n = pairs.length;
  const p = mcnemarExact(onlyFirst, onlySecond);
  if (n === 0) return { difference: 0, low: -1, high: 1, p, onlyFirst, onlySecond };
  const [firstShare, secondShare] = [(both + onlyFirst) / n, (both + onlySecond) / n];
  const first = wilsonInterval(both + onlyFirst, n);
  const second = wilsonInterval(both + onlySecond, n);
  const phi = correlation(both, onlyFirst, onlySecond, neither);
  const width = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = secondShare - firstShare;
  return {
    difference,
    low: Math.max(-1, difference - width(secondShare - second.low, first.high - firstShare)),
    high: Math.min(1, difference + width(second.high - secondShare, firstShare - first.low)),
    p,
    onlyFirst,
    onlySecond,
  };
}

/** Newcombe's phi, with his correction towards 0. */
function correlation(both: number, onlyFirst: number, onlySecond: number, neither: number): number {
  const n = both + onlyFirst + onlySecond + neither;
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const cross = both * neither - onlyFirst * onlySecond;
  const corrected = cross > n / 2 ? cross - n / 2 : Math.min(0, cross);
  return corrected / Math.sqrt(margins);
}

/**
 * Returns the nearest-rank median of `values`, which may be infinite, and the interval of `medianInterval`; undefined
 * if there are none.
 */
export function medianOf(values: readonly number[]): MedianDifference | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  const at = (rank: number) => sorted[rank - 1] ?? 0;
  const rank = medianRank(sorted.length);
  return {
    median: at(Math.ceil(sorted.length / 2)),
    interval: rank === 0 ? null : { low: at(rank), high: at(sorted.length + 1 - rank) },
    pairs: sorted.length,
  };
}

/**
 * Returns the median of the differences within pairs, with the interval of the sign test: two of the sorted
 * differences, chosen by the binomial distribution (Thompson, Annals of Mathematical Statistics 7, 1936). It assumes no
 * distribution, so neither a heavy tail nor values that are infinite because something never ended harm it, as they
 * would a paired t interval; and it needs no random numbers, as a bootstrap would. Both infinite is no difference.
 */
export function compareMedians(
  pairs: readonly (readonly [first: number, second: number])[],
): MedianDifference | undefined {
  return medianOf(pairs.map(([first, second]) => (first === second ? 0 : second - first)));
}
