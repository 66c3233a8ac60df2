/** A hunt: the same for the same runs in whatever order they end, and led by what is rare. */
import { MILLISECOND, SECOND, type Plan } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attempt } from './attempt.ts';
import { FaultSpace } from './fault-space.ts';
import { Hunt, type HuntManner, MOST_UNDER_WAY, type Reached } from './hunt.ts';
import { NumberSet } from './number-set.ts';

const EDGES = 64;
const plan: Plan = {
  seed: 1,
  agents: [
    { id: 'cpu/0', kind: 'cpu', params: null },
    { id: 'cpu/1', kind: 'cpu', params: null },
    { id: 'hog/0', kind: 'hog', params: null, task: { comm: 'hog', pid: 1 } },
    { id: 'inode-cache', kind: 'inode-cache', params: null },
  ],
  resources: [],
  latency: { delays: {}, links: { default: 1 } },
  until: 10 * SECOND,
  grace: 0,
  stopOnFinding: true,
};

const hunt = (manner: HuntManner) => {
  const space = new FaultSpace(plan, SECOND, () => true);
  return new Hunt({ plan, space, edges: EDGES }, manner, (index) => index + 100);
};

/** What the run of an attempt reached, as if it depended on nothing but its faults. */
function reached({ faults }: Attempt): Reached {
  const edges = new NumberSet(EDGES);
  for (const { kind, at } of faults) edges.add((kind.length * 7 + Math.floor(at / (100 * MILLISECOND))) % EDGES);
  return {
    edges: edges.text(),
    finding: null,
    cut: false,
    chains: faults.map(({ kind, at }) => ({ chain: `a > ${kind}`, at })),
  };
}

/** Returns the attempts of a hunt of which `inFlight` are under way at a time, and end as `pick` has them. */
function attempts(manner: HuntManner, count: number, pick: (waiting: number) => number): readonly Attempt[] {
  const hunted = hunt(manner);
  const made: Attempt[] = [];
  const waiting: Attempt[] = [];
  while (made.length < count) {
    while (made.length < count && hunted.isReady) {
      const attempt = hunted.next();
      made.push(attempt);
      waiting.push(attempt);
    }
    const [ended] = waiting.splice(pick(waiting.length), 1);
    if (ended !== undefined) hunted.add(ended.index, reached(ended));
  }
  return made;
}

test('attempts do not depend on the order in which runs end', () => {
  const inOrder = attempts('steered', 150, () => 0);
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (picks) => {
      let turn = 0;
      const mixed = attempts('steered', 150, (waiting) => (picks[(turn += 1) % picks.length] ?? 0) % waiting);
      expect(mixed).toEqual(inOrder);
    }),
    { numRuns: 30 },
  );
});

test('an attempt is not to be had before the runs that it depends on', () => {
  const hunted = hunt('steered');
  let made = 0;
  while (hunted.isReady) {
    hunted.next();
    made += 1;
  }
  expect(made).toBeGreaterThan(3);
  expect(made).toBeLessThan(MOST_UNDER_WAY);
  expect(() => hunted.next()).toThrow('the run of attempt 0 is missing');
});

test('the first attempt is plain; a steered hunt changes what reached something new, a random one nothing', () => {
  const kinds = (manner: HuntManner) => attempts(manner, 120, () => 0).map(({ origin }) => origin.kind);
  const steered = kinds('steered');
  expect(steered[0]).toBe('plain');
  expect(steered.filter((kind) => kind === 'mutant').length).toBeGreaterThan(60);
  expect(steered.filter((kind) => kind === 'swarm').length).toBeGreaterThan(10);
  expect(new Set(kinds('random').slice(1))).toEqual(new Set(['swarm']));
  expect(new Set(kinds('plain'))).toEqual(new Set(['plain']));
});

test('a run that was cut is not changed further', () => {
  const hunted = hunt('steered');
  const isCut = (attempt: Attempt) => attempt.index % 2 === 1;
  const made = Array.from({ length: 150 }, () => {
    const attempt = hunted.next();
    hunted.add(attempt.index, { ...reached(attempt), cut: isCut(attempt) });
    return attempt;
  });
  const parents = made.flatMap(({ origin }) => (origin.kind === 'mutant' ? [made[origin.of]] : []));
  expect(parents.length).toBeGreaterThan(60);
  expect(parents.filter((parent) => parent === undefined || isCut(parent))).toEqual([]);
});

test('a swarm leaves kinds of faults out, and both manners of scheduling are there', () => {
  const drawn = attempts('random', 200, () => 0);
  const sets = new Set(drawn.map(({ faults }) => [...new Set(faults.map(({ kind }) => kind))].toSorted().join()));
  expect(sets.size).toBeGreaterThan(5);
  expect(drawn.filter(({ rules }) => rules.length === 0).length).toBeGreaterThan(50);
  expect(drawn.filter(({ rules }) => rules.length > 0).length).toBeGreaterThan(50);
});

test('every fault is one that the kernel has a kind for, with numbers that it may have, and in order of time', () => {
  for (const { faults, rules } of attempts('steered', 200, () => 0)) {
    expect(faults.map(({ at }) => at)).toEqual(faults.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { at } of faults) expect(Number.isSafeInteger(at) && at > 0).toBe(true);
  }
});
