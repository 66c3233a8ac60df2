/** Kinds of values that several `--json` outputs have, each with its unit. */
import { z } from 'zod';

export const COUNT = z.int().nonnegative();
export const VIRTUAL_TIME = z.int().nonnegative().describe('virtual time in nanoseconds since the start of the run');
export const DURATION = z.number().describe('nanoseconds');
export const DIGEST = z.string().length(16).describe('16 hexadecimal digits; equal runs have equal digests');
export const SEED = z.int().nonnegative();

/** Where runs are counted by how they ended. */
export const OUTCOME = z.enum(['completed', 'deadlock', 'violated', 'oom', 'stalled']);
export const POLICY = z.record(z.string(), z.string()).describe('policy option to value, all of them');

const UNIT = z.enum(['count', 'memory', 'time', 'percent']);

/** A size or an instant of a scenario, as far as it is not as usual. */
export const SET = z
  .array(
    z.strictObject({
      key: z.string(),
      value: z.number().describe('a number of things, pages of 4 KiB, or nanoseconds, as the unit is'),
      unit: UNIT,
      text: z.string().describe('as --set reads it'),
    }),
  )
  .describe('what was set of the scenario; the rest is as dragon list SCENARIO says');

/** What of a scenario may be set. */
export const PARAMETERS = z.array(
  z.strictObject({
    key: z.string(),
    about: z.string(),
    unit: UNIT,
    usual: z.number().describe('on as many CPUs as cpus says'),
    least: z.number(),
    most: z.number(),
  }),
);
