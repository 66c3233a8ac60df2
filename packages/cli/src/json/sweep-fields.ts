/** The fields of `dragon sweep --json`. */
import { z } from 'zod';
import { COUNT, DIGEST, OUTCOME, SEED, SET, VIRTUAL_TIME } from './json-kinds.ts';

export const SWEEP_FIELDS = {
  scenario: z.string(),
  seeds: z.string().describe('as the command line had them, as in 1..100'),
  set: SET,
  faults: z.array(z.string()).describe('put into every run, as --fault reads them'),
  rules: z.array(z.string()).describe('names of the rules of every run, of the plan of --plan'),
  policies: z.array(
    z.strictObject({
      policy: z.string(),
      outcomes: z.partialRecord(OUTCOME, COUNT).describe('outcome to number of runs'),
      findings: z
        .array(
          z.strictObject({
            policy: z.string(),
            outcome: OUTCOME,
            line: z.string().describe('what was found: equal findings have equal lines'),
            runs: COUNT,
            firstSeed: SEED,
            firstAtNs: VIRTUAL_TIME,
            replay: z.string().describe('the command that makes the first of these runs again'),
          }),
        )
        .describe('the most frequent first'),
    }),
  ),
  runs: z
    .array(
      z.strictObject({
        policy: z.string(),
        seed: SEED,
        outcome: OUTCOME,
        endedAtNs: VIRTUAL_TIME,
        events: COUNT,
        digest: DIGEST,
      }),
    )
    .describe('in the order of the seeds, and of the policies within one'),
  digest: DIGEST.describe('over the digests of all runs, in their order'),
  workers: COUNT,
  wallSeconds: z.number(),
  runsPerSecond: z.number(),
};
