/** The fields of `dragon compare --json`. What is infinite is null. */
import { z } from 'zod';
import { COUNT, DURATION, SEED, SET, VIRTUAL_TIME } from './json-kinds.ts';

const SIDE = z.number().nullable().describe('null if it is infinite');
const INTERVAL_SIDES = { low: SIDE, high: SIDE };
const INTERVAL = z.strictObject(INTERVAL_SIDES);

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
};
