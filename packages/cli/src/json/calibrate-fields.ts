/** The fields of `dragon calibrate --json`: a latency profile, as `dragon run --latency` reads it. */
import { LATENCY_PROFILE_FORMAT, LATENCY_PROFILE_VERSION } from '@dragon/scenarios';
import { z } from 'zod';
import { COUNT, DURATION } from './json-kinds.ts';

/** How long a step takes. */
export const LATENCY = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), ns: DURATION }),
  z.strictObject({ kind: z.literal('uniform'), min: DURATION, max: DURATION }),
  z.strictObject({
    kind: z.literal('quantiles'),
    points: z.array(z.tuple([z.number(), DURATION])).describe('[probability, nanoseconds], rising from 0 to 1'),
  }),
  z.strictObject({ kind: z.literal('ticks'), period: DURATION, count: COUNT }),
]);

export const CALIBRATE_FIELDS = {
  format: z.literal(LATENCY_PROFILE_FORMAT),
  version: z.literal(LATENCY_PROFILE_VERSION),
  source: z.strictObject({ file: z.string(), kernel: z.string().optional() }),
  jiffyNs: DURATION.nullable(),
  delays: z.record(z.string(), LATENCY),
  fitted: z.array(
    z.strictObject({
      name: z.string(),
      samples: COUNT,
      p50: DURATION,
      p90: DURATION,
      p99: DURATION,
      unit: z.literal('ns'),
    }),
  ),
};
