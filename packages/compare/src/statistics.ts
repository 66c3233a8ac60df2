/**
 * The statistics of a comparison: intervals of shares, medians and quantiles, exact tests of pairs, and logarithms for
 * axes. All is computed from exact arithmetic alone: Math.log may differ in its last bit from machine to machine, and
 * with it the file we write.
 */
import { RandomStream } from '@dragon/engine';
import { type HistogramData, middleOf } from './measure-histogram.ts';

/** A 95 % confidence interval; an end may be infinite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Returns the 95 % interval of a share of which `count` of `n` were seen. Wilson's score interval without continuity
 * correction (Wilson, JASA 22, 1927): near 95 % coverage on average also where nothing or everything was seen, which is
 * what most cells show, where the usual (Wald) interval has no width (Newcombe, Statistics in Medicine 17, 1998,
 * 857-872; Brown, Cai and DasGupta, Statistical Science 16, 2001).
 */
export function wilsonInterval(count: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const centre = (count + (Z * Z) / 2) / (n + Z * Z);
  const half = (Z / (n + Z * Z)) * Math.sqrt((count * (n - count)) / n + (Z * Z) / 4);
  return { low: count === 0 ? 0 : centre - half, high: count === n ? 1 : centre + half };
}

/** Returns the probability of at most `k` heads among `n` fair coins. */
export function binomialTail(k: number, n: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  // From the middle term outwards no term overflows, and those that underflow do not matter.
  const middle = Math.floor(n / 2);
  let [total, tail] = [0, 0];
  const add = (i: number, term: number) => {
    total += term;
    if (i <= k) tail += term;
  };
  add(middle, 1);
  for (let i = middle - 1, term = 1; i >= 0 && term > 0; i -= 1) add(i, (term *= (i + 1) / (n - i)));
  for (let i = middle + 1, term = 1; i <= n && term > 0; i += 1) add(i, (term *= (n - i + 1) / i));
  return tail / total;
}

/**
 * Returns the two-sided p-value of McNemar's exact test: how likely at least so uneven a split of the pairs that differ
 * is, if neither side has the advantage (McNemar, Psychometrika 12, 1947).
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  return Math.min(1, 2 * binomialTail(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond));
}

/**
 * Returns the rank r such that the r-th least and the r-th greatest of `n` values enclose the median of their
 * distribution with 95 % confidence or more; 0 if there are too few for that (fewer than 6).
 */
export function medianRank(n: number): number {
  let rank = 0;
  while (rank < n / 2 && 2 * binomialTail(rank, n) <= 0.05) rank += 1;
  return rank;
}

const RESAMPLES = 1_000;

/** With fewer runs the interval would pretend to know something. */
const FEWEST_RUNS = 6;

/**
 * Returns how well a quantile over all runs is known: the 95 % percentile interval of a cluster bootstrap (Efron 1979;
 * Davison and Hinkley, Bootstrap Methods, 1997, 3.8). Runs are drawn again whole, because the samples within a run
 * depend on each other, and from a fixed stream of random numbers, so that the same runs always give the same interval;
 * null with fewer than 6 runs that have samples. It is rough for p99 where there are few samples: the largest value
 * seen bounds it.
 */
export function bootstrapQuantile(runs: readonly HistogramData[], p: number): Interval | null {
  if (runs.filter(({ counts }) => counts.length > 0).length < FEWEST_RUNS) return null;
  const most = runs.reduce((max, run) => Math.max(max, run.max), 0);
  const buckets = [...new Set(runs.flatMap(({ counts }) => counts.filter((_, i) => i % 2 === 0)))].sort(
    (a, b) => a - b,
  );
  const places = new Map(buckets.map((bucket, place) => [bucket, place]));
  const placed = runs.map(({ counts }) => counts.map((each, i) => (i % 2 === 0 ? (places.get(each) ?? 0) : each)));
  const stream = RandomStream.of(1, 'bootstrap');
  const found: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    const counts = new Float64Array(buckets.length);
    let total = 0;
    for (let drawn = 0; drawn < runs.length; drawn += 1) {
      const run = placed[stream.below(runs.length)] ?? [];
      for (let i = 0; i < run.length; i += 2) {
        const [place = 0, count = 0] = [run[i], run[i + 1]];
        counts[place] = (counts[place] ?? 0) + count;
        total += count;
      }
    }
    if (total > 0) found.push(Math.min(most, middleOf(buckets[placeOfRank(counts, Math.ceil(p * total))] ?? 0)));
  }
  found.sort((a, b) => a - b);
  const at = (share: number) => found[Math.min(found.length - 1, Math.floor(share * found.length))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}

function placeOfRank(counts: Float64Array, rank: number): number {
  let seen = 0;
  for (let place = 0; place < counts.length; place += 1) {
    seen += counts[place] ?? 0;
    if (seen >= rank) return place;
  }
  return counts.length - 1;
}

const SQRT2 = Math.sqrt(2);
const LN2 = logNearOne(2);
const LN10 = naturalLog(10);

/** Returns the natural logarithm of a positive, finite number, to within 1e-14. */
export function naturalLog(x: number): number {
  if (!(x > 0) || x === Infinity) throw new Error(`the logarithm of ${x} is not a number`);
  let mantissa = x;
  let exponent = 0;
  for (; mantissa > SQRT2; mantissa /= 2) exponent += 1;
  for (; mantissa < SQRT2 / 2; mantissa *= 2) exponent -= 1;
  return logNearOne(mantissa) + exponent * LN2;
}

/** Returns the logarithm to base 10. */
export function log10(x: number): number {
  return naturalLog(x) / LN10;
}

/** ln m = 2 artanh((m - 1) / (m + 1)), by its series. */
function logNearOne(m: number): number {
  const t = (m - 1) / (m + 1);
  let sum = 0;
  let power = t;
  for (let k = 1; sum + power / k !== sum; k += 2) {
    sum += power / k;
    power *= t * t;
  }
  return 2 * sum;
}
