/** Tests of the bounds: no event can arrive before them, and they lie no earlier than they must. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LatencyModel, linkLatency } from './latency.ts';
import { federateDistances, lowerBounds } from './lbts.ts';
import { NEVER } from './time.ts';

const KINDS = ['x', 'y', 'z'];
const links = fc
  .record({
    default: fc.integer({ min: 1, max: 50 }),
    others: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 9 }),
  })
  .map(({ default: otherwise, others }): LatencyModel => {
    const pairs = KINDS.flatMap((from) => KINDS.map((to) => `${from}>${to}`));
    return { delays: {}, links: { default: otherwise, ...Object.fromEntries(others.map((ns, i) => [pairs[i], ns])) } };
  });
const federate = fc.array(fc.constantFrom('x/0', 'x/1', 'y/0', 'z/0'), { maxLength: 3 });
const topology = fc.record({
  model: links,
  federates: fc.array(fc.record({ agents: federate, next: fc.oneof(fc.nat(100), fc.constant(NEVER)) }), {
    minLength: 1,
    maxLength: 5,
  }),
});

/**
 * Returns for each federate the earliest instant at which an event can arrive from another, if every agent sends to
 * every other at once whatever it receives: by carrying out those sends one after another, in the order of their
 * arrival.
 */
function earliestArrivals(
  federates: readonly { readonly agents: readonly string[]; readonly next: number }[],
  model: LatencyModel,
): number[] {
  const arrivals = federates.map(() => NEVER);
  const pending = federates.flatMap(({ next }, at) => (next === NEVER ? [] : [{ at, when: next }]));
  const acted = new Set<number>();
  for (;;) {
    pending.sort((a, b) => a.when - b.when);
    const now = pending.shift();
    if (now === undefined) return arrivals;
    // What a federate does later reaches nobody earlier than what it did first.
    if (acted.has(now.at)) continue;
    acted.add(now.at);
    for (const [to, receiver] of federates.entries()) {
      if (to === now.at) continue;
      for (const from of federates[now.at]?.agents ?? []) {
        for (const agent of receiver.agents) {
          const when = now.when + linkLatency(model, from, agent);
          arrivals[to] = Math.min(arrivals[to] ?? NEVER, when);
          pending.push({ at: to, when });
        }
      }
    }
  }
}

test('a bound is the earliest instant at which an event can still arrive', () => {
  fc.assert(
    fc.property(topology, ({ model, federates }) => {
      const distances = federateDistances(
        federates.map(({ agents }) => agents),
        model,
      );
      const next = federates.map((each) => each.next);
      // Without answers to what a federate itself has to do.
      const arrivals = federates.map((_, self) => {
        const others = federates.map((each, index) => (index === self ? { ...each, next: NEVER } : each));
        return earliestArrivals(others, model)[self];
      });
      expect(lowerBounds(next, distances, NEVER, NEVER)).toEqual(arrivals);
    }),
    { numRuns: 500 },
  );
});

test('a bound is cut at the longest window and at the end of the run', () => {
  fc.assert(
    fc.property(topology, fc.integer({ min: 1, max: 60 }), fc.nat(120), ({ model, federates }, longest, end) => {
      const distances = federateDistances(
        federates.map(({ agents }) => agents),
        model,
      );
      const next = federates.map((each) => each.next);
      const earliest = Math.min(...next);
      const cap = Math.min(end, earliest === NEVER ? NEVER : earliest + longest);
      const uncut = lowerBounds(next, distances, NEVER, NEVER);
      expect(lowerBounds(next, distances, longest, end)).toEqual(uncut.map((bound) => Math.min(bound, cap)));
    }),
  );
});

test('somebody can always go on', () => {
  fc.assert(
    fc.property(topology, fc.integer({ min: 1, max: 60 }), ({ model, federates }, longest) => {
      const next = federates.map((each) => each.next);
      fc.pre(Math.min(...next) !== NEVER);
      const distances = federateDistances(
        federates.map(({ agents }) => agents),
        model,
      );
      const bounds = lowerBounds(next, distances, longest, NEVER);
      expect(bounds.some((bound, i) => (next[i] ?? NEVER) < bound)).toBe(true);
    }),
  );
});

test('distances are shortest paths; on the diagonal, the shortest way out and back', () => {
  const model: LatencyModel = {
    delays: {},
    links: { default: 1_000, 'a>b': 1, 'b>c': 2, 'c>a': 4, 'b>a': 30, 'a>c': 70 },
  };
  expect(federateDistances([['a/0', 'a/1'], ['b/0'], ['c/0']], model)).toEqual([
    [7, 1, 3],
    [6, 7, 2],
    [4, 5, 7],
  ]);
});

test('the shortest link between any two of their agents joins two federates', () => {
  const model: LatencyModel = { delays: {}, links: { default: 1_000, 'a>b': 5, 'b>a': 20, 'x>b': 3 } };
  expect(
    federateDistances(
      [
        ['a/0', 'x/0'],
        ['b/0', 'x/1'],
      ],
      model,
    ),
  ).toEqual([
    [23, 3],
    [20, 23],
  ]);
});

test('what hosts nothing, or stands alone, is never reached', () => {
  const model: LatencyModel = { delays: {}, links: { default: 5 } };
  expect(federateDistances([['a/0', 'a/1']], model)).toEqual([[NEVER]]);
  expect(federateDistances([['a/0'], [], ['a/1']], model)).toEqual([
    [10, NEVER, 5],
    [NEVER, NEVER, NEVER],
    [5, NEVER, 10],
  ]);
  expect(lowerBounds([3], [[NEVER]], 100, 1_000)).toEqual([103]);
  expect(
    lowerBounds(
      [NEVER, NEVER],
      [
        [10, 5],
        [5, 10],
      ],
      100,
      1_000,
    ),
  ).toEqual([1_000, 1_000]);
});

test('between peers only their links count', () => {
  const model: LatencyModel = { delays: {}, links: { default: 5, 'a>b': 1 } };
  const peers = new Map([
    ['a/0', new Set(['hub'])],
    ['b/0', new Set(['hub', 'b/1'])],
    ['b/1', new Set(['b/0'])],
    ['hub', new Set(['a/0', 'b/0'])],
  ]);
  expect(federateDistances([['a/0'], ['b/0'], ['hub'], ['b/1']], model, peers)).toEqual([
    [10, 10, 5, 15],
    [10, 10, 5, 5],
    [5, 5, 10, 10],
    [15, 5, 10, 10],
  ]);
});
