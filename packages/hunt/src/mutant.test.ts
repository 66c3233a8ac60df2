/** Mutants: what a mate gives comes to where the parent was rare. */
import { MILLISECOND, type Plan, RandomStream, SECOND } from '@dragon/engine';
import { expect, test } from 'vitest';
import { FaultSpace } from './fault-space.ts';
import { mutantOf, type Parent } from './mutant.ts';

const plan: Plan = {
  seed: 1,
  agents: [{ id: 'cpu/0', kind: 'cpu', params: null }],
  resources: [],
  latency: { delays: {}, links: { default: 1 } },
  until: 10 * SECOND,
  grace: 0,
  stopOnFinding: true,
};
const ground = { plan, space: new FaultSpace(plan, 10 * SECOND, () => true), edges: 1 };
const parent: Parent = { making: { seed: 1, faults: [], rules: [] }, moments: [2 * SECOND] };

/** Of a kind that nobody draws here. */
const taken = { kind: 'take-pages', params: { node: 0, pages: 7 } };
const mate: Parent = {
  making: {
    seed: 2,
    faults: [
      { ...taken, at: 7 * SECOND },
      { ...taken, at: 7 * SECOND - 300 * MILLISECOND },
      { ...taken, at: 9 * SECOND },
    ],
    rules: [],
  },
  moments: [7 * SECOND],
};

test('faults of a mate up to the instant at which it was rare come about as long before that of the parent', () => {
  const instants = Array.from({ length: 400 }, (_, i) =>
    mutantOf(RandomStream.of(i, 'mutant'), ground, parent, mate, 3)
      .faults.filter(({ kind }) => kind === taken.kind)
      .map(({ at }) => at),
  ).filter((each) => each.length > 0);
  expect(instants.length).toBeGreaterThan(40);
  expect(new Set(instants.map(({ length }) => Math.min(3, length)))).toContain(2);
  // A later change may move one of them anywhere.
  const near = instants.filter((each) => each.every((at) => Math.abs(at - 2 * SECOND) <= 400 * MILLISECOND));
  expect(near.length).toBeGreaterThan(0.7 * instants.length);
});

test('without a mate nothing is taken from anybody', () => {
  const kinds = Array.from({ length: 200 }, (_, i) => mutantOf(RandomStream.of(i, 'm'), ground, parent, undefined, 3))
    .flatMap(({ faults }) => faults)
    .map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['stall-cpu', 'unplug-cpu']));
});
