/** The fields of `dragon conform --json`, with and without `--simulate`. */
import { z } from 'zod';
import { COUNT } from './json-kinds.ts';

export const CONFORM_FIELDS = {
  file: z.string(),
  events: COUNT,
  malformed: COUNT.describe('lines that could not be read'),
  rules: z.array(
    z.strictObject({
      name: z.string(),
      checked: COUNT,
      agreed: COUNT,
      explained: COUNT,
      disagreements: z.array(z.strictObject({ line: COUNT, text: z.string() })),
    }),
  ),
};

export const CONFORM_SIMULATE_FIELDS = {
  file: z.string(),
  scenario: z.string(),
  cpus: COUNT,
  rows: z.array(
    z.strictObject({
      name: z.string(),
      unit: z.enum(['ns', 'inodes', 'objects', 'pages', 'count']),
      real: z.number().optional(),
      simulated: z.number().optional(),
      ratio: z.number().optional(),
    }),
  ),
};
