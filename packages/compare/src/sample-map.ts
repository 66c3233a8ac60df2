/** A map of policies over a space of parameters: at which of the sampled points each of them fails. */
import { majorityOf, type OutcomeTally, tallyOf } from './run-outcome.ts';
import type { RunMeasures } from './run-measures.ts';
import { type SampleRange, thirdOf, thirdsOf } from './sample-range.ts';
import { type Interval, wilsonInterval } from './statistics.ts';

/** `no-room`: what is set leaves no room for something else; `cut`: it went on after so many events. */
type SampledEnd = 'ran' | 'no-room' | 'cut';

export interface SampledRun {
  readonly seed: number;
  readonly ended: SampledEnd;
  /** What was measured until then. */
  readonly measures: RunMeasures | null;
}

/** The runs of a policy at a point. */
export interface SampledCell {
  readonly point: number;
  readonly policy: string;
  readonly runs: readonly SampledRun[];
}

export interface SampleInput {
  readonly scenario: string;
  readonly seeds: string;
  readonly until: number;
  readonly mostEvents: number;
  readonly policies: readonly string[];
  readonly ranges: readonly SampleRange[];
  /** The values of each point, in the order of the ranges. */
  readonly points: readonly (readonly number[])[];
  readonly cells: readonly SampledCell[];
}

/** Points at which something happens in more than half of the runs. */
export interface PointShare {
  readonly points: number;
  readonly count: number;
  /** 95 %. */
  readonly interval: Interval;
}

export interface RegionShares {
  readonly deadlocks: PointShare;
  readonly ooms: PointShare;
  readonly stalls: PointShare;
}

interface PolicyMap {
  readonly policy: string;
  readonly all: RegionShares;
  /** By range, the least third first. */
  readonly thirds: readonly {
    readonly key: string;
    readonly from: number;
    readonly to: number;
    readonly shares: RegionShares;
  }[];
  /** Of each point, in order; null where no run was made. */
  readonly tallies: readonly (OutcomeTally | null)[];
}

export interface SampleMap extends SampleInput {
  readonly policyMaps: readonly PolicyMap[];
  readonly ended: Readonly<Record<SampledEnd, number>>;
}

/**
 * Returns the map. A share is of points, not of runs: runs at one point are alike, and an interval that takes them for
 * independent would be too narrow. Runs that were cut count with what was seen of them.
 */
export function mapSample(input: SampleInput): SampleMap {
  const { policies, cells } = input;
  const runs = cells.flatMap((cell) => cell.runs);
  const count = (end: SampledEnd) => runs.filter(({ ended }) => ended === end).length;
  return {
    ...input,
    policyMaps: policies.map((policy) => policyMap(input, policy)),
    ended: { ran: count('ran'), 'no-room': count('no-room'), cut: count('cut') },
  };
}

function policyMap({ ranges, points, cells }: SampleInput, policy: string): PolicyMap {
  const own = new Map(cells.filter((cell) => cell.policy === policy).map((cell) => [cell.point, cell]));
  const tallies = points.map((_, point) => {
    const measures = (own.get(point)?.runs ?? []).flatMap((run) => run.measures ?? []);
    return measures.length === 0 ? null : tallyOf(measures);
  });
  const thirds = ranges.flatMap((range, dimension) =>
    thirdsOf(range).map(({ from, to }, third) => {
      const inside = tallies.filter((_, point) => thirdOf(range, points[point]?.[dimension] ?? 0) === third);
      return { key: range.key, from, to, shares: sharesOf(inside) };
    }),
  );
  return { policy, all: sharesOf(tallies), thirds, tallies };
}

function sharesOf(tallies: readonly (OutcomeTally | null)[]): RegionShares {
  const verdicts = tallies.flatMap((tally) => (tally === null ? [] : [majorityOf(tally)]));
  const share = (outcome: keyof RegionShares): PointShare => {
    const count = verdicts.filter((verdict) => verdict.includes(outcome)).length;
    return { points: verdicts.length, count, interval: wilsonInterval(count, verdicts.length) };
  };
  return { deadlocks: share('deadlocks'), ooms: share('ooms'), stalls: share('stalls') };
}
