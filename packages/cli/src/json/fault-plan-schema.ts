/** Schema of fault plans, made of the tables that say which faults there are and which fate each message admits. */
import type { FateKind } from '@dragon/engine';
import { admitting, FAULT_KINDS, type FaultKind } from '@dragon/kernel';
import { z } from 'zod';

export const FAULT_PLAN = 'fault-plan';

const TIME = z.string().describe('a time, as in 250ms, 1.5s or 1h30m');
const SPAN = z.string().describe('how much later: 5ms, or drawn from a span as in 1ms..20ms');
const AGENTS = z
  .union([z.string(), z.array(z.string()).min(1)])
  .describe('agents by id, as in kswapd/0; by kind, as in kswapd; or by the name of their threads, as in kswapd0');

function faultFields({ kind, about, target, params, names = [], carries }: FaultKind) {
  const fields: Record<string, z.ZodType> = { fault: z.literal(kind), at: TIME };
  if (target !== null) {
    const aim = target.by === 'number' ? z.int().nonnegative() : z.string();
    fields[target.param] = target.default === undefined && target.otherwise === undefined ? aim : aim.optional();
  }
  for (const param of params) {
    const value = param.type === 'duration' ? TIME : z.int().min(param.least).max(param.most);
    fields[param.name] = value.describe(param.about).optional();
  }
  for (const each of names) fields[each.name] = z.string().describe(each.about).optional();
  if (carries !== undefined) fields[carries] = z.looseObject({ type: z.string() });
  return z.strictObject(fields).describe(about);
}

/** `all` is all that admit the fate. */
const namesOf = (about: 'messages' | 'timers', fate: FateKind) => {
  const names = z.enum(admitting(about, fate));
  return z.union([z.literal('all'), names, z.array(names).min(1)]);
};

const COMMON = {
  name: z
    .string()
    .regex(/^[\w.-]{1,60}$/)
    .optional()
    .describe('its own in the plan: draws depend on it'),
  since: TIME.optional().describe('only what is sent from then on'),
  until: TIME.optional().describe('only what is sent before then'),
  probability: z
    .union([z.number().min(0).max(1), z.string().regex(/^\d{1,3}(\.\d{1,9})? ?%$/)])
    .optional()
    .describe('how likely it strikes what it fits, as in 0.3 or 30%; 1 if it is not there'),
};

const LATER = { by: SPAN };

const messageRule = <Extra extends z.ZodRawShape>(fate: FateKind, extra: Extra, about: string) =>
  z
    .strictObject({
      fate: z.literal(fate),
      messages: namesOf('messages', fate),
      ...extra,
      from: AGENTS.optional().describe('senders'),
      to: AGENTS.optional().describe('receivers'),
      ...COMMON,
    })
    .describe(about);

const timerRule = <Extra extends z.ZodRawShape>(fate: FateKind, extra: Extra, about: string) =>
  z
    .strictObject({
      fate: z.literal(fate),
      timers: namesOf('timers', fate),
      ...extra,
      of: AGENTS.optional().describe('whose timers'),
      ...COMMON,
    })
    .describe(about);

const RULE = z.union([
  messageRule('delay', LATER, 'they come later, and nothing sent afterwards on the same way overtakes them'),
  messageRule('hold', { release: TIME }, 'they wait until the instant of the release, and so does what comes behind'),
  messageRule('reorder', LATER, 'they come later, and what is sent afterwards may overtake them'),
  messageRule('drop', {}, 'they never come'),
  messageRule('duplicate', LATER, 'they come, and come once more'),
  timerRule('delay', LATER, 'they fire later'),
  timerRule('drop', {}, 'they never fire'),
]);

/** A plan as `--plan` reads it. */
export const faultPlanSchema = z
  .strictObject({
    faults: z
      .array(z.union([z.string().describe('a line as --fault has it'), ...FAULT_KINDS.map(faultFields)]))
      .optional()
      .describe('each at an instant'),
    rules: z
      .array(RULE)
      .optional()
      .describe('what becomes of messages and timers; of several that fit, the first that strikes counts'),
  })
  .describe('a fault plan, as dragon run SCENARIO --plan FILE reads it: YAML');
