/** The fields of `dragon chaos list --json`. */
import { z } from 'zod';
import { COUNT } from './json-kinds.ts';

export const CHAOS_LIST_FIELDS = {
  faults: z.array(
    z.strictObject({
      kind: z.string(),
      group: z.string(),
      about: z.string().describe('what it does to the machine'),
      standsFor: z.string().describe('the facility of the kernel, or the incident'),
      leavesOut: z.string().describe('what of it is not modelled; empty if nothing'),
      fits: z.array(z.string()).describe('kinds of agents; none: any'),
      target: z
        .strictObject({
          param: z.string(),
          by: z.enum(['number', 'id']),
          default: COUNT.optional(),
          otherwise: z.string().optional().describe('whom it strikes if nobody is said; absent: it has to be said'),
        })
        .nullable()
        .describe('whom it strikes: an agent of a kind that it fits, by its number or its id'),
      params: z.array(
        z.strictObject({
          name: z.string(),
          about: z.string(),
          type: z.enum(['duration', 'count']).describe('nanoseconds, or a whole number'),
          unit: z.string(),
          least: z.int().describe('-1, where that is another word for without end'),
          most: COUNT,
          default: COUNT.nullable().describe('null: may be left out, and then it is for good'),
        }),
      ),
      names: z
        .array(
          z.strictObject({
            name: z.string(),
            about: z.string(),
            of: z
              .enum(['what', 'agent'])
              .describe('the type of a message or the name of a timer, or the id of an agent'),
            otherwise: z.string().describe('what it is if it is not said'),
          }),
        )
        .describe('names that it may be told beside its target'),
    }),
  ),
  fates: z.array(
    z.strictObject({
      kind: z.string(),
      about: z.string().describe('what a rule does with it'),
      standsFor: z.string().describe('the facility of the kernel, or the incident'),
      messages: z.array(z.string()).describe('types of messages that admit it'),
      timers: z.array(z.string()).describe('names of timers that admit it'),
    }),
  ),
};
