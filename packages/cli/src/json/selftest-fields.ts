/** The fields of `dragon selftest --json`. */
import { z } from 'zod';
import { COUNT, SEED } from './json-kinds.ts';

export const SELFTEST_FIELDS = {
  seed: SEED.describe('all cases are drawn from it'),
  wallSeconds: z.number(),
  parts: z.array(
    z.strictObject({
      name: z.string(),
      wallSeconds: z.number(),
      counts: z.record(z.string(), COUNT).describe('what was tried, and how often'),
      failures: z
        .array(z.strictObject({ what: z.string(), again: z.string().describe('the command that tries it again') }))
        .describe('promises of this program that did not hold'),
      troubles: z.array(z.string()).describe('what could not be tried here'),
    }),
  ),
};
