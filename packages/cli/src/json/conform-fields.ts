/** The fields of `dragon conform --json`, with and without `--simulate`. */
import { z } from 'zod';
import { COUNT } from './json-kinds.ts';
import { workloadSchema } from './workload-schema.ts';

export const CONFORM_FIELDS = {
  file: z.string(),
  events: COUNT,
  malformed: COUNT.describe('lines that were events, torn'),
  unread: COUNT.describe('lines that could not be read: torn ones, events of unknown form, lines of no trace'),
  kernel: z.strictObject({
    releases: z.string().describe('the kernels whose do_shrink_slab the trace was held to'),
    by: z
      .enum(['option', 'header', 'form', 'inodegc', 'arithmetic', 'nothing'])
      .describe('what told that it is one of them'),
  }),
  verdict: z
    .enum(['agrees', 'disagrees', 'unchecked', 'unread'])
    .describe('unchecked: no rule could check anything; unread: more than a tenth of the lines could not be read'),
  rules: z.array(
    z.strictObject({
      name: z.string(),
      checked: COUNT,
      agreed: COUNT,
      explained: COUNT,
      explanations: z
        .array(z.strictObject({ reason: z.string(), count: COUNT, line: COUNT.describe('the first it is given for') }))
        .describe('why numbers of the kernel are not ours, or may not be'),
      notes: z.array(z.string()).describe('what was inferred from the trace'),
      needs: z.array(z.string()).describe('the events that the rule checks, as group:name'),
      disagreements: z.array(z.strictObject({ line: COUNT, text: z.string() })),
    }),
  ),
};

export const CONFORM_SIMULATE_FIELDS = {
  file: z.string(),
  scenario: z.literal('workload'),
  profile: z.string().describe('the kernel that was simulated'),
  cpus: COUNT,
  workload: workloadSchema,
  doubts: z
    .array(z.strictObject({ text: z.string(), wouldTell: z.string() }))
    .describe('what the trace does not tell of the workload, and what would tell'),
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
