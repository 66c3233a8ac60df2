/** Policies from best to worst, and whether another ranking says the same. */
import { hasDeadlock, hasOom, merged } from './compare-cell.ts';
import type { RunMeasures } from './run-measures.ts';

interface Ranked {
  readonly policy: string;
  readonly runs: number;
  /** Runs with a deadlock or an OOM kill. */
  readonly failed: number;
  readonly kswapdStallP99Ns: number | null;
}

/** Best first. Policies in one place are equal. */
export type Ranking = readonly (readonly Ranked[])[];

/** `order`: of some two policies the other one is better now; `tie`: only equality came or went. */
export type RankingChange = 'none' | 'tie' | 'order';

/** Stalls closer than this are equal: a histogram is no finer. */
const SAME_STALL = 1.02;

/** Returns the ranking by failed runs, then by the p99 of kswapd's stalls over all runs. */
export function rankPolicies(runs: readonly { policy: string; measures: readonly RunMeasures[] }[]): Ranking {
  const ranked = runs.map(({ policy, measures }): Ranked => {
    const failed = measures.filter((run) => hasDeadlock(run) || hasOom(run)).length;
    const stalls = merged(measures.map((run) => run.kswapdStalls.samples));
    return { policy, runs: measures.length, failed, kswapdStallP99Ns: stalls.quantile(0.99) ?? null };
  });
  const places: Ranked[][] = [];
  for (const each of ranked.toSorted((a, b) => a.failed - b.failed || stallOf(a) - stallOf(b))) {
    const before = places.at(-1);
    if (before?.[0] !== undefined && areEqual(before[0], each)) before.push(each);
    else places.push([each]);
  }
  return places;
}

/** `skip-kswapd, then always = v6.7`, names as `label` has them. */
export function rankingText(ranking: Ranking, label: (policy: string) => string): string {
  return ranking.map((place) => place.map(({ policy }) => label(policy)).join(' = ')).join(', then ');
}

export function compareRankings(before: Ranking, after: Ranking): RankingChange {
  const [was, is] = [placesOf(before), placesOf(after)];
  let change: RankingChange = 'none';
  for (const [a, wasA] of was)
    for (const [b, wasB] of was) {
      const [first, second] = [wasA - wasB, (is.get(a) ?? 0) - (is.get(b) ?? 0)];
      if (first * second < 0) return 'order';
      if ((first === 0) !== (second === 0)) change = 'tie';
    }
  return change;
}

const placesOf = (ranking: Ranking) =>
  new Map(ranking.flatMap((place, i) => place.map(({ policy }) => [policy, i] as const)));

const stallOf = (each: Ranked) => each.kswapdStallP99Ns ?? 0;

const areEqual = (a: Ranked, b: Ranked) => a.failed === b.failed && stallOf(b) <= stallOf(a) * SAME_STALL;
