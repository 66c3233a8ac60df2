/** The fields of `dragon compare --sample --json`. */
import { z } from 'zod';
import { COUNT, VIRTUAL_TIME } from './json-kinds.ts';

const SHARE = z.strictObject({
  points: COUNT,
  count: COUNT.describe('points at which it happens in more than half of the runs'),
  interval: z.strictObject({ low: z.number(), high: z.number() }).describe('95 %, of the share'),
});

const SHARES = z.strictObject({ deadlocks: SHARE, ooms: SHARE, stalls: SHARE });

const TALLY = z.strictObject({ runs: COUNT, deadlocks: COUNT, ooms: COUNT, stalls: COUNT });

export const COMPARE_SAMPLE_FIELDS = {
  scenario: z.string(),
  seeds: z.string().describe('as the command line had them; the first draws the sample'),
  untilNs: VIRTUAL_TIME,
  mostEvents: COUNT.describe('events after which a run is cut'),
  ranges: z.array(
    z.strictObject({
      key: z.string(),
      least: z.number().describe('a number of things, pages of 4 KiB, or nanoseconds'),
      most: z.number(),
      scale: z.enum(['log', 'linear']),
    }),
  ),
  points: z.array(z.array(z.number())).describe('the values of each point, in the order of the ranges'),
  ended: z
    .strictObject({ ran: COUNT, noRoom: COUNT, cut: COUNT })
    .describe('runs: to their end, not made as there is no memory for what was set, cut after mostEvents'),
  candidates: z.array(
    z.strictObject({
      policy: z.string(),
      all: SHARES,
      thirds: z.array(z.strictObject({ key: z.string(), from: z.number(), to: z.number(), shares: SHARES })),
      tallies: z.array(TALLY.nullable()).describe('of each point, in order; null: no run was made'),
    }),
  ),
  runs: COUNT,
};
