/** The fields of `dragon run --json`. */
import { z } from 'zod';
import { COUNT, DIGEST, OUTCOME, POLICY, SEED, VIRTUAL_TIME } from './json-kinds.ts';

const SHARE = z.number().min(0).max(1);

const TIME_SHARES = z
  .strictObject({ steps: SHARE, codec: SHARE, waiting: SHARE })
  .describe('shares of the time of the rounds');

const WINDOWS = {
  agents: COUNT,
  events: COUNT,
  windows: COUNT,
  frames: COUNT,
  eventsPerWindow: z.number(),
  framesPerWindow: z.number(),
  time: TIME_SHARES,
};

const STATS = z
  .union([
    z.strictObject({
      eventsPerSecond: COUNT,
      process: z.strictObject({ cpuSeconds: z.number(), garbageSeconds: z.number(), peakMegabytes: COUNT }),
    }),
    z.strictObject({
      eventsPerSecond: COUNT,
      rounds: COUNT,
      roundsPerEvent: z.number(),
      federatesPerRound: z.number(),
      all: z.strictObject(WINDOWS),
      federates: z.array(z.strictObject({ name: z.string(), ...WINDOWS })),
      coordinator: TIME_SHARES,
    }),
  ])
  .describe('with --stats: what the run cost, in one process or in many');

export const RUN_FIELDS = {
  scenario: z.string(),
  profile: z.string(),
  policy: POLICY,
  seed: SEED,
  cpus: COUNT,
  outcome: OUTCOME,
  virtualTimeNs: VIRTUAL_TIME,
  events: COUNT,
  digest: DIGEST,
  deadlock: z
    .strictObject({
      cycle: z.array(z.strictObject({ agent: z.string(), holds: z.array(z.string()), waitsFor: z.string() })),
      behind: COUNT,
      detectedAtNs: VIRTUAL_TIME,
    })
    .nullable(),
  oomKills: z.array(z.strictObject({ atNs: VIRTUAL_TIME, pid: COUNT, comm: z.string() })),
  processes: COUNT,
  wallSeconds: z.number().describe('without the start of processes'),
  eventsPerSecond: COUNT,
  stats: STATS.optional(),
};
