/** The fields of `dragon list --json`. */
import { z } from 'zod';
import { COUNT, PARAMETERS, POLICY } from './json-kinds.ts';

export const LIST_FIELDS = {
  scenarios: z.array(
    z.strictObject({
      name: z.string(),
      about: z.string(),
      minCpus: COUNT,
      maxCpus: COUNT,
      cpus: COUNT.describe('if nobody says how many'),
      parameters: PARAMETERS.describe('what --set may set'),
    }),
  ),
  profiles: z.array(z.strictObject({ name: z.string(), about: z.string(), default: z.boolean(), policy: POLICY })),
  policy: z.array(
    z.strictObject({
      key: z.string(),
      about: z.string(),
      values: z.array(z.strictObject({ value: z.string(), about: z.string() })),
    }),
  ),
};
