/** Requests of a page, checked before they are used. */
import { isJson, isPlainObject } from '@dragon/engine';
import type { FeedRequest, ForkRequest } from '@dragon/inspection';
import * as z from 'zod';

const instant = z.int().min(0);

export const FEED_REQUEST: z.ZodType<FeedRequest> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('auth'),
    token: z.string().max(256).nullable(),
    ticket: z.string().max(256).optional(),
  }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('resume') }),
  z.strictObject({ type: z.literal('step'), events: z.int().min(1).max(1_000_000) }),
  z.strictObject({ type: z.literal('speed'), speed: z.number().positive().or(z.literal('unlimited')) }),
  z.strictObject({ type: z.literal('runTo'), at: instant }),
  z.strictObject({ type: z.literal('stop') }),
]);

const fork = z.strictObject({ parent: z.string().length(16), at: instant, events: z.int().min(0) }).optional();

/** Nobody has looked yet at the plan. */
export const FORK_REQUEST: z.ZodType<Omit<ForkRequest, 'plan'> & { readonly plan: unknown }> = z.strictObject({
  subject: z.strictObject({
    heading: z.string().max(1_024),
    command: z.custom<ForkRequest['subject']['command']>((value) => isPlainObject(value) && isJson(value), 'no JSON'),
    fork,
  }),
  plan: z.unknown(),
});
