/** The search for edges, against verdicts that are a function of the value alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EdgePoint, type Edges, type EdgeVariable, searchEdges } from './edge-search.ts';
import type { OutcomeTally } from './run-outcome.ts';

const tally = (ooms: number): OutcomeTally => ({ runs: 3, deadlocks: 0, ooms, stalls: 0 });

const constant = (name: string, least = 0.25, most = 4): EdgeVariable => ({
  name,
  least,
  most,
  textOf: (factor) => `x${factor}`,
});

/** Follows a search to its end as a command does: `kills` is how many of three runs kill at a point. */
function follow(variables: readonly EdgeVariable[], kills: (point: EdgePoint) => number, most = 1_000) {
  const seen = new Map<string, OutcomeTally>();
  const keyOf = ({ variable, factor, policy }: EdgePoint) => `${variable.name} ${factor} ${policy}`;
  const usual = (policy: string) => tally(kills({ variable: constant('none'), factor: 1, policy }));
  for (;;) {
    const known = (point: EdgePoint) => seen.get(keyOf(point));
    const step = searchEdges({ variables, policies: ['a', 'b'], usual, known, most });
    if ('edges' in step) return { edges: step.edges, looked: seen.size };
    for (const point of step.wanted) {
      expect(known(point)).toBeUndefined();
      seen.set(keyOf(point), tally(kills(point)));
    }
  }
}

const briefly = ({ found }: Edges) => found.map(({ variable, policy }) => `${variable} ${policy}`);

test('an edge is found where it is, from either side', () => {
  const where = fc.oneof(
    fc.double({ min: 0.26, max: 0.99, noNaN: true }),
    fc.double({ min: 1.01, max: 3.9, noNaN: true }),
  );
  fc.assert(
    fc.property(where, (at) => {
      const beyond = (factor: number) => (at < 1 ? factor <= at : factor >= at);
      const { edges } = follow([constant('c')], ({ factor, policy }) => (policy === 'a' && beyond(factor) ? 2 : 1));
      expect(briefly(edges)).toEqual(['c a']);
      const { from, to, isRough } = edges.found[0] ?? expect.unreachable();
      expect([beyond(from.factor), beyond(to.factor), isRough]).toEqual([false, true, false]);
      expect(Math.max(from.factor / to.factor, to.factor / from.factor)).toBeLessThanOrEqual(1.1);
    }),
  );
});

test('the smallest change comes first, and of two edges the nearer one counts', () => {
  const at: Record<string, [number, number]> = { far: [0.3, 9], near: [0.5, 1.2], half: [0.6, 9], none: [0, 9] };
  const { edges } = follow(
    ['far', 'near', 'half', 'never'].map((name) => constant(name)),
    ({ variable, factor }) => {
      const [low, high] = at[variable.name] ?? [0, 9];
      return factor <= low || factor >= high ? 3 : 0;
    },
  );
  expect(briefly(edges)).toEqual(['near a', 'near b', 'half a', 'half b', 'far a', 'far b']);
  expect(edges.found[0]?.to.factor).toBeGreaterThan(1.19);
  expect(edges.never).toEqual([{ variable: 'never', least: 'x0.25', most: 'x4' }]);
  expect(edges.unknown).toEqual([]);
});

test('whole numbers that lie next to each other are as close as can be', () => {
  const tasks: EdgeVariable = {
    name: 'tasks',
    least: 0.25,
    most: 4,
    textOf: (factor) => String(Math.max(1, Math.round(4 * factor))),
  };
  const { edges } = follow([tasks], ({ variable, factor }) => (Number(variable.textOf(factor)) >= 6 ? 3 : 0));
  expect(edges.found.map(({ from, to }) => [from.text, to.text])).toEqual([
    ['5', '6'],
    ['5', '6'],
  ]);
});

test('what has no room is not looked at, and no more points are than may be', () => {
  const fixed = constant('fixed', 1, 1);
  expect(follow([fixed], () => 3)).toEqual({
    edges: { found: [], never: [{ variable: 'fixed', least: 'x1', most: 'x1' }], unknown: [], points: 0 },
    looked: 0,
  });
  const kills = ({ variable, factor }: EdgePoint) => (variable.name === 'c' && factor > 1.5 ? 3 : 0);
  for (let most = 0; most < 25; most += 1) {
    const { edges, looked } = follow([constant('c'), constant('d')], kills, most);
    expect(looked).toBeLessThanOrEqual(most);
    expect(edges.points).toBe(looked);
    expect(edges.found.some(({ isRough }) => isRough)).toBe(most >= 2 && most < 16);
    expect(edges.unknown.map(({ variable }) => variable)).toEqual(most < 2 ? ['c', 'd'] : most < 8 ? ['d'] : []);
  }
});
