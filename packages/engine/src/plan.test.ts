/** The digest of a plan tells plans apart, and is the same on the other side of a wire. */
import { expect, test } from 'vitest';
import { type Plan, planDigest } from './plan.ts';

const PLAN: Plan = {
  seed: 7,
  agents: [{ id: 'a/1', kind: 'a', params: { x: [1, null] }, task: { comm: 'a', pid: 3 } }],
  resources: [],
  latency: { delays: { work: { kind: 'fixed', ns: 5 } }, links: { default: 10 } },
  until: 60,
  grace: 1,
  stopOnFinding: true,
};

test('plans that differ in anything have other digests', () => {
  const others: readonly Plan[] = [
    { ...PLAN, seed: 8 },
    { ...PLAN, until: 61 },
    { ...PLAN, stopOnFinding: false },
    { ...PLAN, agents: PLAN.agents.map((agent) => ({ ...agent, params: { x: [1] } })) },
    { ...PLAN, agents: PLAN.agents.map(({ id, kind, params }) => ({ id, kind, params })) },
    { ...PLAN, latency: { ...PLAN.latency, links: { default: 10, 'a>a': 9 } } },
  ];
  const digests = [PLAN, ...others].map(planDigest);
  expect(new Set(digests).size).toBe(digests.length);
});

test('the order of keys, and members that are undefined, make no difference', () => {
  const { seed, ...rest } = PLAN;
  const agents = [...PLAN.agents, { id: 'b', kind: 'b', params: null }];
  expect(planDigest({ ...rest, seed })).toBe(planDigest(PLAN));
  expect(planDigest(JSON.parse(JSON.stringify({ ...PLAN, agents })) as Plan)).toBe(
    planDigest({ ...PLAN, agents: agents.map((agent) => ({ task: undefined, ...agent })) }),
  );
});
