/**
 * A cell of a comparison: all runs of one policy on one number of CPUs, in a few numbers and how well they are known.
 */
import { type HistogramData, MeasureHistogram } from './measure-histogram.ts';
import { medianOf } from './paired-comparison.ts';
import type { RunMeasures } from './run-measures.ts';
import { type Waiter, WAITERS } from './other-waits.ts';
import { bootstrapQuantile, type Interval, wilsonInterval } from './statistics.ts';

export interface SeededRun {
  readonly seed: number;
  readonly measures: RunMeasures;
}

/**
 * What `--json` prints of a cell. Quantiles are nearest-rank: of stalls over the samples of all runs, to within 0.8 %;
 * of the rest over the runs. null where there is nothing to measure, or, for `recoveredNs`, where half of the runs or
 * more never recovered.
 */
export interface CompareCell {
  readonly policy: string;
  readonly cpus: number;
  readonly runs: number;
  /** Runs with a deadlock, and with an OOM kill. */
  readonly deadlocks: number;
  readonly ooms: number;
  /** Median over the runs with an OOM kill; see `OomMeasures`. */
  readonly unaccountedAtOom: number | null;
  readonly kswapdStallNs: { readonly p50: number | null; readonly p99: number | null; readonly max: number | null };
  readonly allocStallNs: { readonly p99: number | null; readonly max: number | null };
  readonly recoveredNs: { readonly p50: number | null };
  /** Median over the runs that inactivated any. */
  readonly inactivatedPerSecond: number | null;
  /** Of those who wait beside reclaim, and are in the runs. */
  readonly waitsNs: { readonly [Who in Waiter]?: WaitQuantiles };
}

export interface WaitQuantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Waits that the end of a run cut off. */
  readonly unfinished: number;
}

/** What else is known of a cell: 95 % intervals, and which seeds show what it is like. */
export interface CellDetails {
  readonly deadlocks: Interval;
  readonly ooms: Interval;
  readonly unaccountedAtOom: Interval | null;
  readonly kswapdStallP50Ns: Interval | null;
  readonly kswapdStallP99Ns: Interval | null;
  readonly allocStallP99Ns: Interval | null;
  /** `high` is infinite where a run that never recovered bounds it. */
  readonly recoveredP50Ns: Interval | null;
  readonly inactivatedPerSecond: Interval | null;
  /** Of `waitsNs`; none where there are too few runs. */
  readonly waitsP99Ns: { readonly [Who in Waiter]?: Interval };
  /** Runs in which free memory fell below the low watermark, and those of them in which it stayed there. */
  readonly pressed: number;
  readonly neverRecovered: number;
  /** Stalls that the end of a run cut off. */
  readonly unfinishedKswapdStalls: number;
  readonly unfinishedAllocStalls: number;
  /** The worst outcome: a deadlock, else the most kills, else the longest stall of kswapd or an allocation. */
  readonly worst: SeededRun;
  /** The seed whose longest stall of kswapd is the median. */
  readonly median: SeededRun;
}

/** Returns the cell of at least one run. */
export function compareCell(policy: string, cpus: number, runs: readonly SeededRun[]): CompareCell {
  const all = runs.map(({ measures }) => measures);
  const kswapd = merged(all.map((run) => run.kswapdStalls.samples));
  const alloc = merged(all.map((run) => run.allocStalls.samples));
  const recovered = medianOf(all.flatMap(recoveredOf))?.median;
  return {
    policy,
    cpus,
    runs: all.length,
    deadlocks: all.filter(hasDeadlock).length,
    ooms: all.filter(hasOom).length,
    unaccountedAtOom: medianOf(all.flatMap(unaccountedOf))?.median ?? null,
    kswapdStallNs: {
      p50: kswapd.quantile(0.5) ?? null,
      p99: kswapd.quantile(0.99) ?? null,
      max: kswapd.max ?? null,
    },
    allocStallNs: { p99: alloc.quantile(0.99) ?? null, max: alloc.max ?? null },
    recoveredNs: { p50: recovered === undefined || recovered === Infinity ? null : recovered },
    inactivatedPerSecond: medianOf(all.flatMap(inactivatedPerSecond))?.median ?? null,
    waitsNs: waitQuantiles(all),
  };
}

function waitQuantiles(runs: readonly RunMeasures[]): CompareCell['waitsNs'] {
  const entries = WAITERS.flatMap((who) => {
    const waits = runs.flatMap((run) => run.waits[who] ?? []);
    const samples = merged(waits.map((each) => each.samples));
    const { max } = samples;
    if (max === undefined) return [];
    const unfinished = waits.reduce((sum, each) => sum + each.unfinished, 0);
    return [[who, { p50: samples.quantile(0.5) ?? max, p99: samples.quantile(0.99) ?? max, max, unfinished }] as const];
  });
  return Object.fromEntries(entries);
}

function waitIntervals(runs: readonly RunMeasures[]): CellDetails['waitsP99Ns'] {
  const entries = WAITERS.flatMap((who) => {
    const interval = bootstrapQuantile(
      runs.flatMap((run) => run.waits[who]?.samples ?? []),
      0.99,
    );
    return interval === null ? [] : [[who, interval] as const];
  });
  return Object.fromEntries(entries);
}

export function cellDetails(runs: readonly SeededRun[]): CellDetails {
  const all = runs.map(({ measures }) => measures);
  const kswapd = all.map((run) => run.kswapdStalls.samples);
  const recovered = all.flatMap(recoveredOf);
  const byStall = runs.toSorted((a, b) => a.measures.kswapdStalls.samples.max - b.measures.kswapdStalls.samples.max);
  const first = runs[0];
  if (first === undefined) throw new Error('a cell has at least one run');
  return {
    deadlocks: wilsonInterval(all.filter(hasDeadlock).length, all.length),
    ooms: wilsonInterval(all.filter(hasOom).length, all.length),
    unaccountedAtOom: medianOf(all.flatMap(unaccountedOf))?.interval ?? null,
    kswapdStallP50Ns: bootstrapQuantile(kswapd, 0.5),
    kswapdStallP99Ns: bootstrapQuantile(kswapd, 0.99),
    allocStallP99Ns: bootstrapQuantile(
      all.map((run) => run.allocStalls.samples),
      0.99,
    ),
    recoveredP50Ns: medianOf(recovered)?.interval ?? null,
    inactivatedPerSecond: medianOf(all.flatMap(inactivatedPerSecond))?.interval ?? null,
    waitsP99Ns: waitIntervals(all),
    pressed: recovered.length,
    neverRecovered: recovered.filter((ns) => ns === Infinity).length,
    unfinishedKswapdStalls: all.reduce((sum, run) => sum + run.kswapdStalls.unfinished, 0),
    unfinishedAllocStalls: all.reduce((sum, run) => sum + run.allocStalls.unfinished, 0),
    worst: runs.reduce((worst, run) => (isWorse(run.measures, worst.measures) ? run : worst), first),
    median: byStall[Math.ceil(byStall.length / 2) - 1] ?? first,
  };
}

export const hasDeadlock = (run: RunMeasures) => run.deadlockAt !== null;
export const hasOom = (run: RunMeasures) => run.oom !== null;

/** Returns one number or none: infinite if memory was never back. */
export function recoveredOf({ pressure }: RunMeasures): number[] {
  return pressure === null ? [] : [pressure.recoveredNs ?? Infinity];
}

/** Returns one number or none, whole inodes a second. */
export function inactivatedPerSecond({ inactivated }: RunMeasures): number[] {
  if (inactivated === null || inactivated.spanNs === 0) return [];
  return [Math.round((inactivated.inodes * 1_000_000_000) / inactivated.spanNs)];
}

/** Returns the p99 of one run's stalls; 0 if it had none. */
export function stallP99(samples: HistogramData): number {
  return merged([samples]).quantile(0.99) ?? 0;
}

export function merged(histograms: readonly HistogramData[]): MeasureHistogram {
  const all = new MeasureHistogram();
  for (const histogram of histograms) all.merge(histogram);
  return all;
}

const unaccountedOf = ({ oom }: RunMeasures) => (oom === null || oom.unaccounted === null ? [] : [oom.unaccounted]);

function isWorse(a: RunMeasures, b: RunMeasures): boolean {
  if (hasDeadlock(a) !== hasDeadlock(b)) return hasDeadlock(a);
  const [killsA, killsB] = [a.oom?.kills ?? 0, b.oom?.kills ?? 0];
  if (killsA !== killsB) return killsA > killsB;
  return longestStall(a) > longestStall(b);
}

const longestStall = ({ kswapdStalls, allocStalls }: RunMeasures): number =>
  Math.max(kswapdStalls.samples.max, allocStalls.samples.max);
