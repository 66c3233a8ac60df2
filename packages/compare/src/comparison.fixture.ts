/**
 * A comparison for tests that need no simulation: what the mail of December 2022 expects, with numbers drawn from a
 * fixed stream.
 */
import { MILLISECOND, RandomStream, SECOND } from '@dragon/engine';
import type { ComparedEdges } from './compare-edges.ts';
import { compareRuns, type Comparison, type Scaled } from './comparison.ts';
import { type HistogramData, MeasureHistogram } from './measure-histogram.ts';
import type { RunMeasures } from './run-measures.ts';

const UNTIL = 60 * SECOND;

/** `always` hangs on few CPUs, `skip-kswapd` kills, and a third policy does neither. */
export function fixtureComparison(
  policies: readonly string[],
  seeds = 40,
  cpus: readonly number[] = [1, 4, 16],
): Comparison {
  const seedList = Array.from({ length: seeds }, (_, i) => i + 1);
  return compareRuns({
    scenario: 'big-cache',
    seeds: `1..${seeds}`,
    until: UNTIL,
    set: [],
    faults: [],
    policies,
    cpus,
    seedList,
    measuresOf: fixtureMeasures,
    edges: policies.length > 1 ? fixtureEdges(policies) : null,
    halfCures: new Map([['throttle=skip-kswapd', 'direct reclaim still waits']]),
    sensitivity: {
      seeds: seedList.slice(0, 10),
      scaled: ['evictInode', 'transAlloc'].flatMap((constant) => [0.5, 2].map((factor) => ({ constant, factor }))),
    },
  });
}

/** One edge, something without any, something that was not looked at. */
function fixtureEdges([policy = '']: readonly string[]): ComparedEdges {
  const tally = { runs: 3, deadlocks: 0, ooms: 0, stalls: 0 };
  return {
    found: [
      {
        variable: 'free',
        policy,
        usual: '160MiB',
        from: { factor: 0.7, text: '112MiB', tally },
        to: { factor: 0.65, text: '104MiB', tally: { ...tally, ooms: 3, stalls: 1 } },
        isRough: false,
      },
    ],
    never: [{ variable: 'evictInode', least: 'x0.25', most: 'x4' }],
    unknown: [{ variable: 'inodes', least: '12500', most: '200000' }],
    points: 13,
    runsPerPoint: 3,
    runs: 39,
    mostRuns: 40,
    notVaried: ['page-cache'],
  };
}

export function fixtureMeasures(policy: string, cpus: number, seed: number, scaled?: Scaled): RunMeasures {
  const factor = scaled?.constant === 'evictInode' ? scaled.factor : 1;
  const stream = RandomStream.of(seed, `${cpus} CPUs`);
  const chance = stream.below(100);
  const hangs = policy.includes('always') && chance < 60 / cpus;
  const kills = policy.includes('skip-kswapd') && chance < (cpus === 1 ? 30 : 8) / factor;
  const pace = policy.includes('skip-kswapd') ? 3 : policy.includes('always') ? 17 : 9;
  const stalls = stallsOf(stream, pace * factor, 60);
  const at = 2 * SECOND + stream.below(1_000) * MILLISECOND;
  const queued = 180_000 + stream.below(60_000);
  return {
    deadlockAt: hangs ? at : null,
    oom: kills ? { kills: 1, firstAt: at, unaccounted: queued, census: { freeing: queued, rcu: 0, lru: 12 } } : null,
    kswapdStalls: { samples: hangs ? withHang(stalls, UNTIL - at) : stalls, unfinished: hangs ? 1 : 0 },
    allocStalls: { samples: stallsOf(stream, pace / 2, 40), unfinished: 0 },
    waits: {},
    pressure: { from: SECOND, recoveredNs: hangs ? null : 4 * SECOND + stream.below(3_000) * MILLISECOND },
    inactivated: { inodes: 400_000, spanNs: Math.round((22 * SECOND) / cpus) + stream.below(SECOND) },
    boot: { kill: null, kswapdCpuChanges: 0, kswapdQueued: 0, touched: {} },
    endedAt: UNTIL,
    events: 1_000_000 + seed,
    digest: `${policy} ${cpus} ${seed} ${factor}`,
  };
}

function stallsOf(stream: RandomStream, ms: number, count: number): HistogramData {
  const lengths = Array.from({ length: count }, () => {
    const long = stream.below(20) === 0 ? 12 : 1;
    return Math.round((0.3 + stream.below(1_000) / 700) * ms * long * MILLISECOND);
  });
  return MeasureHistogram.of(lengths).data();
}

function withHang(stalls: HistogramData, age: number): HistogramData {
  const all = new MeasureHistogram();
  all.merge(stalls);
  all.add(Math.round(age));
  return all.data();
}
