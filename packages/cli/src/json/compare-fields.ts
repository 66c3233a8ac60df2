/** The fields of `dragon compare --json`. What is infinite is null. */
import { z } from 'zod';
import { COUNT, DURATION, SEED, SET, VIRTUAL_TIME } from './json-kinds.ts';

const SIDE = z.number().nullable().describe('null if it is infinite');
const INTERVAL_SIDES = { low: SIDE, high: SIDE };
const INTERVAL = z.strictObject(INTERVAL_SIDES);

const WAIT = z.strictObject({
  p50: DURATION,
  p99: DURATION,
  max: DURATION,
  unfinished: COUNT.describe('waits that the end of a run cut off'),
});

const CELL = z.strictObject({
  policy: z.string(),
  cpus: COUNT,
  runs: COUNT,
  deadlocks: COUNT.describe('runs with a deadlock'),
  ooms: COUNT.describe('runs with an OOM kill'),
  unaccountedAtOom: z.number().nullable(),
  kswapdStallNs: z.strictObject({ p50: DURATION.nullable(), p99: DURATION.nullable(), max: DURATION.nullable() }),
  allocStallNs: z.strictObject({ p99: DURATION.nullable(), max: DURATION.nullable() }),
  recoveredNs: z.strictObject({ p50: DURATION.nullable() }),
  inactivatedPerSecond: z.number().nullable(),
  waitsNs: z
    .record(z.string(), WAIT)
    .describe(
      'of those who wait beside reclaim: unlink and close for a worker, the whole of stat, statfs, mount, umount',
    ),
});

const INTERVALS = z.strictObject({
  policy: z.string(),
  cpus: COUNT,
  deadlocks: INTERVAL,
  ooms: INTERVAL,
  unaccountedAtOom: INTERVAL.nullable(),
  kswapdStallP50Ns: INTERVAL.nullable(),
  kswapdStallP99Ns: INTERVAL.nullable(),
  allocStallP99Ns: INTERVAL.nullable(),
  recoveredP50Ns: INTERVAL.nullable(),
  inactivatedPerSecond: INTERVAL.nullable(),
  waitsP99Ns: z.record(z.string(), INTERVAL).describe('of p99 of waitsNs; none with fewer than 6 runs'),
  pressed: COUNT,
  neverRecovered: COUNT,
  unfinishedKswapdStalls: COUNT,
  unfinishedAllocStalls: COUNT,
  worstSeed: SEED,
  medianSeed: SEED,
});

const SHARES = z.strictObject({
  difference: z.number(),
  ...INTERVAL_SIDES,
  p: z.number(),
  onlyFirst: COUNT,
  onlySecond: COUNT,
});

const MEDIANS = z.strictObject({ median: SIDE, interval: INTERVAL.nullable(), pairs: COUNT }).nullable();

const RANKING = z
  .array(
    z.array(z.strictObject({ policy: z.string(), runs: COUNT, failed: COUNT, kswapdStallP99Ns: DURATION.nullable() })),
  )
  .describe('best first; policies in one place are equal');

const TALLY = z.strictObject({ runs: COUNT, deadlocks: COUNT, ooms: COUNT, stalls: COUNT });

const EDGE_END = z.strictObject({ factor: z.number(), text: z.string(), tally: TALLY });

const EDGE_RANGES = z.array(z.strictObject({ variable: z.string(), least: z.string(), most: z.string() }));

const EDGES = z.strictObject({
  found: z
    .array(
      z.strictObject({
        variable: z.string(),
        policy: z.string(),
        usual: z.string(),
        from: EDGE_END.describe('the last value with the usual verdict'),
        to: EDGE_END.describe('the first value with another verdict'),
        isRough: z.boolean().describe('the runs gave out before these were close'),
      }),
    )
    .describe('nearest first'),
  never: EDGE_RANGES.describe('what flips no verdict within its range'),
  unknown: EDGE_RANGES.describe('what was not looked at on both sides, as the runs gave out'),
  points: COUNT,
  runsPerPoint: COUNT,
  runs: COUNT,
  mostRuns: COUNT,
  notVaried: z.array(z.string()).describe('parameters that are usually 0'),
});

export const COMPARE_FIELDS = {
  scenario: z.string(),
  seeds: z.string().describe('as the command line had them, as in 1..100'),
  cells: z.array(CELL),
  verdict: z.string(),
  untilNs: VIRTUAL_TIME,
  set: SET,
  faults: z.array(z.string()).describe('put into every run, as --fault reads them'),
  intervals: z.array(INTERVALS).describe('95 %, one for each cell'),
  paired: z
    .array(
      z.strictObject({
        policy: z.string(),
        against: z.string(),
        cpus: COUNT.nullable().describe('null: all numbers of CPUs together'),
        deadlocks: SHARES,
        ooms: SHARES,
        kswapdStallP99Ns: MEDIANS,
        allocStallP99Ns: MEDIANS,
        recoveredNs: MEDIANS,
        inactivatedPerSecond: MEDIANS,
      }),
    )
    .describe('differences, taken seed by seed'),
  sensitivity: z
    .strictObject({
      seeds: COUNT,
      ranking: RANKING,
      rows: z.array(
        z.strictObject({
          constant: z.string(),
          factor: z.number(),
          ranking: RANKING,
          change: z.enum(['none', 'tie', 'order']),
          affected: COUNT,
          runs: COUNT,
        }),
      ),
    })
    .nullable(),
  edges: EDGES.nullable(),
};
