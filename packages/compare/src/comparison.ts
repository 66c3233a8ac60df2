/**
 * A comparison of policies: every run's measures put together into cells, paired differences and a judgement of what
 * they depend on.
 */
import type { VirtualTime } from '@dragon/engine';
import {
  type CellDetails,
  cellDetails,
  type CompareCell,
  compareCell,
  hasDeadlock,
  hasOom,
  inactivatedPerSecond,
  recoveredOf,
  type SeededRun,
  stallP99,
} from './compare-cell.ts';
import type { ComparedEdges } from './compare-edges.ts';
import { compareMedians, compareShares, type MedianDifference, type ShareDifference } from './paired-comparison.ts';
import { compareRankings, type Ranking, type RankingChange, rankPolicies } from './policy-ranking.ts';
import type { RunMeasures } from './run-measures.ts';

/** A constant of the model that has no source, made so many times as large. */
export interface Scaled {
  readonly constant: string;
  readonly factor: number;
}

/** A size or an instant of a scenario that was set, as a number and as `--set` reads it. */
interface SetOf {
  readonly key: string;
  readonly value: number;
  readonly unit: string;
  readonly text: string;
}

export interface ComparisonInput {
  readonly scenario: string;
  /** As the command line had them, as in `1..100`. */
  readonly seeds: string;
  readonly until: VirtualTime;
  /** What is not as usual of the scenario, in every run. */
  readonly set: readonly SetOf[];
  /** Put into every run, in words. */
  readonly faults: readonly string[];
  /** As the command line had them; the first is what the others are compared with. */
  readonly policies: readonly string[];
  readonly cpus: readonly number[];
  readonly seedList: readonly number[];
  readonly measuresOf: (policy: string, cpus: number, seed: number, scaled?: Scaled) => RunMeasures;
  readonly sensitivity: { readonly seeds: readonly number[]; readonly scaled: readonly Scaled[] } | null;
  /** Where verdicts become others; null: nobody asked. */
  readonly edges: ComparedEdges | null;
  /** Policy -> where it is known to fail, for those that are half a cure. */
  readonly halfCures: ReadonlyMap<string, string>;
}

export interface PairedDifference {
  readonly policy: string;
  readonly against: string;
  /** null: all numbers of CPUs together. */
  readonly cpus: number | null;
  readonly deadlocks: ShareDifference;
  readonly ooms: ShareDifference;
  /** Of each run's own p99. */
  readonly kswapdStallP99Ns: MedianDifference | null;
  readonly allocStallP99Ns: MedianDifference | null;
  /** Of the pairs in which both were short of memory; never recovered is infinite. */
  readonly recoveredNs: MedianDifference | null;
  readonly inactivatedPerSecond: MedianDifference | null;
}

export interface SensitivityRow extends Scaled {
  readonly ranking: Ranking;
  readonly change: RankingChange;
  /** Runs whose course the constant changed at all: their digest is another one. */
  readonly affected: number;
  readonly runs: number;
}

export interface Sensitivity {
  readonly seeds: number;
  /** The ranking with every constant as it is, by the same seeds. */
  readonly ranking: Ranking;
  readonly rows: readonly SensitivityRow[];
}

/** Cells are in the order of policies, then of CPUs; `details` has one entry for each. */
export interface Comparison
  extends Pick<
    ComparisonInput,
    'scenario' | 'seeds' | 'until' | 'set' | 'faults' | 'policies' | 'cpus' | 'edges' | 'halfCures'
  > {
  readonly cells: readonly CompareCell[];
  readonly details: readonly CellDetails[];
  readonly paired: readonly PairedDifference[];
  readonly sensitivity: Sensitivity | null;
}

/** Returns the comparison: the same whatever the order in which the runs were made. */
export function compareRuns(input: ComparisonInput): Comparison {
  const { scenario, seeds, until, set, faults, policies, cpus, seedList, measuresOf, edges, halfCures } = input;
  const places = policies.flatMap((policy) => cpus.map((count) => ({ policy, count })));
  const runs = places.map(({ policy, count }) =>
    seedList.map((seed): SeededRun => ({ seed, measures: measuresOf(policy, count, seed) })),
  );
  return {
    scenario,
    seeds,
    until,
    set,
    faults,
    policies,
    cpus,
    halfCures,
    cells: places.map(({ policy, count }, i) => compareCell(policy, count, runs[i] ?? [])),
    details: runs.map(cellDetails),
    paired: pairedDifferences(input),
    sensitivity: sensitivityOf(input),
    edges,
  };
}

function pairedDifferences({ policies, cpus, seedList, measuresOf }: ComparisonInput): PairedDifference[] {
  const [against, ...others] = policies;
  if (against === undefined) return [];
  const groups = cpus.length === 1 ? [null] : [null, ...cpus];
  return others.flatMap((policy) =>
    groups.map((group) => {
      const counts = group === null ? cpus : [group];
      const pairs = counts.flatMap((count) =>
        seedList.map((seed) => [measuresOf(against, count, seed), measuresOf(policy, count, seed)] as const),
      );
      return { policy, against, cpus: group, ...differences(pairs) };
    }),
  );
}

function differences(
  pairs: readonly (readonly [RunMeasures, RunMeasures])[],
): Omit<PairedDifference, 'policy' | 'against' | 'cpus'> {
  const shares = (has: (run: RunMeasures) => boolean) => compareShares(pairs.map(([a, b]) => [has(a), has(b)]));
  /** Of the pairs in which both sides have a value. */
  const medians = (values: (run: RunMeasures) => readonly number[]) => {
    const both = pairs.map(([a, b]) => [values(a)[0], values(b)[0]] as const);
    return compareMedians(both.filter((pair): pair is [number, number] => !pair.includes(undefined))) ?? null;
  };
  return {
    deadlocks: shares(hasDeadlock),
    ooms: shares(hasOom),
    kswapdStallP99Ns: medians((run) => [stallP99(run.kswapdStalls.samples)]),
    allocStallP99Ns: medians((run) => [stallP99(run.allocStalls.samples)]),
    recoveredNs: medians(recoveredOf),
    inactivatedPerSecond: medians(inactivatedPerSecond),
  };
}

function sensitivityOf({ policies, cpus, measuresOf, sensitivity }: ComparisonInput): Sensitivity | null {
  if (sensitivity === null || policies.length < 2) return null;
  const { seeds, scaled } = sensitivity;
  const places = cpus.flatMap((count) => seeds.map((seed) => [count, seed] as const));
  const measures = (how?: Scaled) =>
    policies.map((policy) => ({
      policy,
      measures: places.map(([count, seed]) => measuresOf(policy, count, seed, how)),
    }));
  const plain = measures();
  const ranking = rankPolicies(plain);
  const digests = plain.flatMap((each) => each.measures.map(({ digest }) => digest));
  const rows = scaled.map((how): SensitivityRow => {
    const other = measures(how);
    const ranked = rankPolicies(other);
    const now = other.flatMap((each) => each.measures.map(({ digest }) => digest));
    return {
      ...how,
      ranking: ranked,
      change: compareRankings(ranking, ranked),
      affected: now.filter((digest, i) => digest !== digests[i]).length,
      runs: now.length,
    };
  });
  return { seeds: seeds.length, ranking, rows };
}
