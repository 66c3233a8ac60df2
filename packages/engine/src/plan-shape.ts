/**
 * The shape of a plan that comes from elsewhere: over the wire, from a file, in a request. Everything in it is what its
 * type says before anybody looks into it, and what no type knows is refused, not dropped.
 *
 * Written by hand, as the page checks plans in a worker that has no room for a library of schemas.
 */
import type { AgentSpec, TaskName } from './agent.ts';
import type { Json } from './event.ts';
import type { Latency, LatencyModel, Slowdown } from './latency.ts';
import { isJson, isPlainObject } from './plain-json.ts';
import type { Plan, Resource, ResourceLabel } from './plan.ts';
import type { Fate, FateKind, Rule } from './rule.ts';
import { validatePlan } from './validate-plan.ts';

/** Where in a value something is wrong, and what, as in `must be an integer`. */
export interface PlanTrouble {
  readonly path: readonly string[];
  readonly why: string;
}

interface Check<T> {
  (value: unknown): PlanTrouble | undefined;
  /** For the compiler alone: a check fits a member only if it is of its type. */
  readonly of?: T;
}

const LONGEST_TEXT = 65_536;
const LONGEST_ID = 256;

const here = (why: string): PlanTrouble => ({ path: [], why });
const within = (key: string | number, { path, why }: PlanTrouble): PlanTrouble => ({
  path: [String(key).slice(0, LONGEST_ID), ...path],
  why,
});

const such =
  <T>(is: (value: unknown) => boolean, what: string): Check<T> =>
  (value) =>
    is(value) ? undefined : here(`must be ${what}`);

const text = such<string>(
  (value) => typeof value === 'string' && value.length <= LONGEST_TEXT,
  `text of at most ${LONGEST_TEXT} characters`,
);
const id = such<string>(
  (value) => typeof value === 'string' && value !== '' && value.length <= LONGEST_ID,
  `text of 1 to ${LONGEST_ID} characters`,
);
const number = such<number>(Number.isFinite, 'a number');
const integer = such<number>(Number.isSafeInteger, 'an integer');
const count = such<number>((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'an integer from 0 on');
const positive = such<number>((value) => Number.isSafeInteger(value) && Number(value) >= 1, 'an integer from 1 on');
const yesOrNo = such<boolean>((value) => typeof value === 'boolean', 'true or false');
const json = such<Json>((value) => isJson(value), 'plain JSON, and not nested deep');
const only = <const T>(it: T): Check<T> => such((value) => value === it, JSON.stringify(it));

const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value) =>
    value === undefined ? undefined : check(value);

const list =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value)) return here('must be a list');
    for (const [i, member] of value.entries()) {
      const trouble = check(member);
      if (trouble !== undefined) return within(i, trouble);
    }
    return undefined;
  };

const pair =
  <T>(check: Check<T>): Check<readonly [T, T]> =>
  (value) =>
    Array.isArray(value) && value.length !== 2 ? here('must be a list of two') : list(check)(value);

const record =
  <T>(check: Check<T>): Check<{ readonly [name: string]: T }> =>
  (value) => {
    if (!isPlainObject(value)) return here('must be an object');
    for (const name of Object.keys(value)) {
      const trouble = check(value[name]);
      if (trouble !== undefined) return within(name, trouble);
    }
    return undefined;
  };

/** Whoever adds a member to a type of a plan is told by the compiler that nobody checks it yet. */
const object =
  <T>(members: { readonly [Key in keyof T]-?: Check<T[Key]> }): Check<T> =>
  (value) => {
    if (!isPlainObject(value)) return here('must be an object');
    for (const key of Object.keys(value))
      if (!Object.hasOwn(members, key))
        return here(`has ${JSON.stringify(key.slice(0, LONGEST_ID))}, which nothing here knows`);
    for (const key of Object.keys(members) as (keyof T & string)[]) {
      const trouble = members[key](Object.hasOwn(value, key) ? value[key] : undefined);
      if (trouble !== undefined) return within(key, trouble);
    }
    return undefined;
  };

type LatencyOf<Kind extends Latency['kind']> = Extract<Latency, { readonly kind: Kind }>;

const LATENCIES: { readonly [Kind in Latency['kind']]: Check<LatencyOf<Kind>> } = {
  fixed: object({ kind: only('fixed'), ns: count }),
  uniform: object({ kind: only('uniform'), min: count, max: count }),
  quantiles: object({ kind: only('quantiles'), points: list(pair(number)) }),
  ticks: object({ kind: only('ticks'), period: positive, count }),
};

type FateOf<Kind extends FateKind> = Extract<Fate, { readonly kind: Kind }>;

const FATES: { readonly [Kind in FateKind]: Check<FateOf<Kind>> } = {
  delay: object({ kind: only('delay'), min: count, max: count }),
  hold: object({ kind: only('hold'), until: count }),
  reorder: object({ kind: only('reorder'), min: count, max: count }),
  drop: object({ kind: only('drop') }),
  duplicate: object({ kind: only('duplicate'), min: count, max: count }),
};

/** A value that is one of several, as its `kind` says. */
const oneOf =
  <T extends { readonly kind: string }>(
    checks: {
      readonly [Kind in T['kind']]: Check<Extract<T, { readonly kind: Kind }>>;
    },
  ): Check<T> =>
  (value) => {
    if (!isPlainObject(value)) return here('must be an object');
    const kinds = Object.keys(checks) as T['kind'][];
    const kind = kinds.find((each) => each === value['kind']);
    return kind === undefined ? within('kind', here(`must be one of ${kinds.join(', ')}`)) : checks[kind](value);
  };

const latency = oneOf<Latency>(LATENCIES);

const links: Check<LatencyModel['links']> = (value) =>
  isPlainObject(value) && !Object.hasOwn(value, 'default')
    ? within('default', here('must be there'))
    : record(positive)(value);

const task = object<TaskName>({
  comm: text,
  pid: integer,
  kernelThread: optional(only(true)),
  workqueue: optional(text),
  spare: optional(object({ comm: text, pid: integer })),
});

const shape = object<Plan>({
  seed: integer,
  agents: list(
    object<AgentSpec>({
      id,
      kind: id,
      params: json,
      task: optional(task),
      peers: optional(list(id)),
      peerKinds: optional(list(id)),
    }),
  ),
  resources: list(
    object<Resource>({
      id: text,
      noun: text,
      label: optional(object<ResourceLabel>({ what: text, of: optional(text) })),
      holds: text,
      took: text,
      holder: pair(text),
      kind: optional(text),
      outside: optional(only(true)),
    }),
  ),
  latency: object<LatencyModel>({
    delays: record(latency),
    slowdowns: optional(
      list(
        object<Slowdown>({ delays: list(text), agents: optional(list(id)), from: count, to: count, factor: number }),
      ),
    ),
    links,
  }),
  until: count,
  grace: count,
  stopOnFinding: yesOrNo,
  rules: optional(
    list(
      object<Rule>({
        name: text,
        about: such((value) => value === 'messages' || value === 'timers', '"messages" or "timers"'),
        names: optional(list(text)),
        from: optional(list(id)),
        to: optional(list(id)),
        since: optional(count),
        until: optional(count),
        probability: number,
        fate: oneOf<Fate>(FATES),
      }),
    ),
  ),
});

/** Returns the first thing for which a value is no plan; undefined if it is one. */
export function planTrouble(value: unknown): PlanTrouble | undefined {
  return shape(value);
}

/** Returns the value, which is a plan that can be run; throws a `RangeError` that names the first mistake. */
export function planFrom(value: unknown): Plan {
  const trouble = planTrouble(value);
  if (trouble !== undefined) throw new RangeError(`this plan cannot be run: ${planTroubleText(trouble)}`);
  const plan = value as Plan;
  validatePlan(plan);
  return plan;
}

/** Returns the trouble in words, as in `agents.3.task.comm must be text of at most 65536 characters`. */
export const planTroubleText = ({ path, why }: PlanTrouble): string => `${path.join('.') || 'it'} ${why}`;
