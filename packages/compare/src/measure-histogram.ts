/**
 * A histogram of durations, small enough to keep one for each of thousands of runs: quantiles are right to within 0.8
 * %, the maximum is exact.
 */

/** As it is stored: `counts` is bucket, count, bucket, count, …, buckets rising. */
export interface HistogramData {
  readonly counts: readonly number[];
  /** Exact; 0 where nothing was added. */
  readonly min: number;
  readonly max: number;
}

export const EMPTY_HISTOGRAM: HistogramData = { counts: [], min: 0, max: 0 };

/** Values below it have buckets of their own; above it each octave has half as many. */
const EXACT = 128;
const PER_OCTAVE = EXACT / 2;

/** 2^0 to 2^53. */
const POWERS = [1];
for (let exponent = 1; exponent <= 53; exponent += 1) POWERS.push(2 * (POWERS[exponent - 1] ?? 1));

/**
 * Counts integers from 0 to 2^53 in buckets that are 1/64 of their value wide (as HdrHistogram does, Gil Tene). A
 * bucket stands for its middle, so that no quantile is off by more than 1/128.
 */
export class MeasureHistogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #min = Number.MAX_SAFE_INTEGER;
  #max = 0;

  static of(values: readonly number[]): MeasureHistogram {
    const histogram = new MeasureHistogram();
    for (const value of values) histogram.add(value);
    return histogram;
  }

  get count(): number {
    return this.#count;
  }

  /** Exact; undefined where nothing was added. */
  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  add(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`a histogram takes integers from 0, not ${value}`);
    this.#addTo(bucketOf(value), 1);
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** Adds all that was added to another one, `times` times over. */
  merge({ counts, min, max }: HistogramData, times = 1): void {
    if (counts.length === 0 || times === 0) return;
    for (let i = 0; i < counts.length; i += 2) this.#addTo(counts[i] ?? 0, (counts[i + 1] ?? 0) * times);
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  /**
   * Returns the nearest-rank quantile: the least value that at least a share `p` of all are not above; undefined where
   * nothing was added.
   */
  quantile(p: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(p * this.#count));
    if (rank === this.#count) return this.#max;
    let seen = 0;
    for (const [bucket, count] of this.#sorted()) {
      seen += count;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)));
    }
    return this.#max;
  }

  data(): HistogramData {
    if (this.#count === 0) return EMPTY_HISTOGRAM;
    return { counts: this.#sorted().flat(), min: this.#min, max: this.#max };
  }

  #addTo(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#count += count;
  }

  #sorted(): [bucket: number, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

function bucketOf(value: number): number {
  if (value < EXACT) return value;
  const high = Math.floor(value / 4_294_967_296);
  const exponent = high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
  const step = powerOfTwo(exponent - 6);
  return EXACT + (exponent - 7) * PER_OCTAVE + Math.floor(value / step) - PER_OCTAVE;
}

/** Returns the value that a bucket of `HistogramData` stands for. */
export function middleOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const octave = Math.floor((bucket - EXACT) / PER_OCTAVE);
  const step = powerOfTwo(octave + 1);
  const low = (PER_OCTAVE + ((bucket - EXACT) % PER_OCTAVE)) * step;
  return low + Math.floor((step - 1) / 2);
}

function powerOfTwo(exponent: number): number {
  return POWERS[exponent] ?? 1;
}
