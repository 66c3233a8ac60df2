/** Plans with a mistake each, and the line that names it. */
import { expect, test } from 'vitest';
import type { Plan } from './plan.ts';
import type { Rule } from './rule.ts';
import { validatePlan } from './validate-plan.ts';

const LOCK = { noun: 'the lock', holds: 'holds', took: 'took', holder: ['held by ', ''] } as const;

const PLAN: Plan = {
  seed: -1,
  agents: [
    { id: 'a/0', kind: 'a', params: null, task: { comm: 'a', pid: 1 } },
    { id: 'a/1', kind: 'a', params: null, task: { comm: 'a', pid: 2 } },
    { id: 'b', kind: 'b', params: null },
  ],
  resources: [{ id: 'l', ...LOCK }],
  latency: { delays: { nap: { kind: 'fixed', ns: 0 } }, links: { default: 1 } },
  until: 0,
  grace: 1,
  stopOnFinding: true,
};

test('a plan without a mistake passes', () => {
  expect(() => validatePlan(PLAN)).not.toThrow();
});

const [FIRST] = PLAN.agents;
const delay = (nap: Plan['latency']['delays'][string]): Partial<Plan> => ({
  latency: { ...PLAN.latency, delays: { nap } },
});

const rule = (change: Partial<Rule>): Partial<Plan> => ({
  rules: [{ name: 'r', about: 'messages', probability: 1, fate: { kind: 'drop' }, ...change }],
});
const by = (kind: 'delay' | 'duplicate', min: number, max: number) => rule({ fate: { kind, min, max } });

test('a plan with rules passes', () => {
  const { rules = [] } = by('delay', 0, 0);
  expect(() =>
    validatePlan({ ...PLAN, rules: [...rules, { ...rules[0], name: 's', from: ['a'], to: ['b'] } as Rule] }),
  ).not.toThrow();
});

test.each<readonly [string, Partial<Plan>]>([
  ['two rules have the name r', { rules: [...(rule({}).rules ?? []), ...(rule({}).rules ?? [])] }],
  ['rule r names c/0, which is neither an agent nor a kind', rule({ from: ['a/0', 'c/0'] })],
  ['rule r strikes from 5 to 5', rule({ since: 5, until: 5 })],
  ['rule r strikes with probability 1.5', rule({ probability: 1.5 })],
  ['rule r strikes with probability NaN', rule({ probability: Number.NaN })],
  [
    'rule r is about timers, which can be delayed or dropped',
    { rules: [{ ...rule({}).rules?.[0], about: 'timers', fate: { kind: 'hold', until: 5 } } as Rule] },
  ],
  ['rule r holds until -1', rule({ fate: { kind: 'hold', until: -1 } })],
  ['rule r has delay by 5 to 4 ns', by('delay', 5, 4)],
  ['rule r has duplicate by 0 to 4 ns', by('duplicate', 0, 4)],
  ['its seed is 0.5, not a safe integer', { seed: 0.5 }],
  ['it ends at -1, which is no instant', { until: -1 }],
  ['it ends at Infinity, which is no instant', { until: Number.POSITIVE_INFINITY }],
  ['its grace is 0 ns', { grace: 0 }],
  ['two agents have the id a/0', { agents: FIRST ? [FIRST, FIRST] : [] }],
  ['two threads have the pid 1', { agents: FIRST ? [FIRST, { ...FIRST, id: 'a/9' }] : [] }],
  ['two resources have the id l', { resources: [...PLAN.resources, ...PLAN.resources] }],
  ['agent a/0 is of kind b', { agents: FIRST ? [{ ...FIRST, kind: 'b' }] : [] }],
  ['a message of link a>b takes 0 ns', { latency: { ...PLAN.latency, links: { default: 1, 'a>b': 0 } } }],
  [
    'a slowdown cannot be {"delays":["nap"],"from":5,"to":5,"factor":2}',
    { latency: { ...PLAN.latency, slowdowns: [{ delays: ['nap'], from: 5, to: 5, factor: 2 }] } },
  ],
  ['delay nap cannot be', delay({ kind: 'fixed', ns: -1 })],
  ['delay nap cannot be', delay({ kind: 'uniform', min: 2, max: 1 })],
  ['delay nap cannot be', delay({ kind: 'ticks', period: 0, count: 1 })],
  ['delay nap cannot be', delay({ kind: 'quantiles', points: [] })],
  [
    'delay nap cannot be',
    delay({
      kind: 'quantiles',
      points: [
        [0, 2],
        [1, 1],
      ],
    }),
  ],
])('%s', (text, change) => {
  expect(() => validatePlan({ ...PLAN, ...change })).toThrow(`this plan cannot be run: ${text}`);
});
