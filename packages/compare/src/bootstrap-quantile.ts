/**
 * How well a quantile over all runs is known: runs are drawn again, whole, because the samples within a run depend on
 * each other.
 */
import { RandomStream } from '@dragon/engine';
import { type HistogramData, middleOf } from './measure-histogram.ts';
import type { Interval } from './wilson-interval.ts';

const RESAMPLES = 1_000;

/** With fewer runs the interval would pretend to know something. */
const FEWEST_RUNS = 6;

/**
 * Returns the 95 % percentile interval of a cluster bootstrap (Efron 1979; Davison and Hinkley, Bootstrap Methods,
 * 1997, 3.8), from a fixed stream of random numbers, so that the same runs always give the same interval; null with
 * fewer than 6 runs that have samples. It is rough for p99 where there are few samples: the largest value seen bounds
 * it.
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
