/**
 * Property: the incremental search finds what a full search of every instant finds, in any order of an instant's
 * changes.
 */
import { compareText, type Facts, type FactsChange, type ResourceFacts, type WaitMode } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceFacts } from './seed-deadlock.fixture.ts';
import { WaitForGraph } from './wait-for-graph.ts';

const AGENTS = ['a', 'b', 'c', 'd', 'e'];
const LOCKS = ['k', 'l', 'm'];
const MODES: readonly WaitMode[] = ['uninterruptible', 'uninterruptible', 'polling', 'killable', 'timed'];

const someAgents = fc.subarray(AGENTS);
const task = fc.record({
  waitsFor: fc.option(
    fc.record({
      resource: fc.constantFrom(...LOCKS),
      mode: fc.constantFrom(...MODES),
      lock: fc.constant(''),
      stack: fc.constant([]),
    }),
  ),
  holds: fc.subarray(LOCKS).map((locks) => locks.map((resource) => ({ resource, mode: '' as const }))),
});
const change = fc.oneof(
  fc.record({ agent: fc.constantFrom(...AGENTS), facts: fc.record({ task }) }),
  fc.tuple(fc.constantFrom(...LOCKS), someAgents, fc.shuffledSubarray(AGENTS)).map(([resource, holders, waiters]) => ({
    agent: `of ${resource}`,
    facts: { resources: [resourceFacts(resource, holders, waiters)] },
  })),
);
/** Agents change at most once an instant, so that any order of its changes means the same. */
const instant = fc.uniqueArray(change, { selector: ({ agent }) => agent, minLength: 1, maxLength: 6 });

type Known = ReadonlyMap<string, Facts>;

const waitersOf = (facts: ResourceFacts | undefined): string[] =>
  facts?.waiters.flat().map(({ task: agent }) => agent) ?? [];

function edges(known: Known, modes: readonly WaitMode[]): (agent: string) => string[] {
  return (agent) => {
    const wait = known.get(agent)?.task?.waitsFor;
    const lock = known.get(`of ${wait?.resource}`)?.resources?.[0];
    if (!wait || !lock || !modes.includes(wait.mode)) return [];
    if (wait.mode !== 'polling' && !waitersOf(lock).includes(agent)) return [];
    return lock.holders
      .flat()
      .filter((holder) => known.get(holder)?.task?.holds.some((held) => held.resource === wait.resource));
  };
}

/** Every simple cycle, each in its canonical rotation, by trying every path. */
function naiveCycle(known: Known): string[] | undefined {
  const next = edges(known, ['uninterruptible', 'polling']);
  const cycles: string[][] = [];
  const walk = (path: string[]) => {
    for (const to of next(path.at(-1) ?? '')) {
      if (to === path[0]) cycles.push(path);
      else if (!path.includes(to) && compareText(to, path[0] ?? '') > 0) walk([...path, to]);
    }
  };
  for (const agent of AGENTS) walk([agent]);
  return cycles.toSorted((x, y) => x.length - y.length || compareText(x.join(), y.join()))[0];
}

function naiveBehind(known: Known, parties: readonly string[]): string[] {
  const next = edges(known, MODES);
  const found = new Set(parties);
  const queued = parties.flatMap((party) => {
    const resource = known.get(party)?.task?.waitsFor?.resource;
    const queue = waitersOf(known.get(`of ${resource}`)?.resources?.[0]);
    const waits = (agent: string) => known.get(agent)?.task?.waitsFor?.resource === resource;
    return queue.includes(party) && waits(party)
      ? queue.slice(queue.indexOf(party) + 1).filter((agent) => waits(agent))
      : [];
  });
  for (const agent of queued) found.add(agent);
  for (let grown = true; grown; ) {
    const more = AGENTS.filter((agent) => !found.has(agent) && next(agent).some((holder) => found.has(holder)));
    for (const agent of more) found.add(agent);
    grown = more.length > 0;
  }
  return [...found].filter((agent) => !parties.includes(agent)).toSorted(compareText);
}

test('incremental and full search agree', () => {
  let deadlocks = 0;
  fc.assert(
    fc.property(fc.array(instant, { maxLength: 25 }), fc.boolean(), (instants, reverse) => {
      const graph = new WaitForGraph();
      const known = new Map<string, Facts>();
      for (const [at, changes] of instants.entries()) {
        for (const { agent, facts } of changes) known.set(agent, facts);
        const ordered: FactsChange[] = changes.map((each) => ({ ...each, at }));
        for (const each of reverse ? ordered.toReversed() : ordered) graph.facts(each);
        const expected = naiveCycle(known);
        expect(graph.check(at).length > 0).toBe(expected !== undefined);
        for (const { agent, behind } of graph.blocked()) expect(behind).toBe(naiveBehind(known, [agent]).length);
        if (expected === undefined) continue;
        deadlocks += 1;
        expect(graph.deadlock?.cycle.map((party) => party.agent)).toEqual(expected);
        expect(
          graph
            .behind()
            .map((each) => each.agent)
            .toSorted(compareText),
        ).toEqual(naiveBehind(known, expected));
        return;
      }
    }),
    { numRuns: 500, seed: 6 },
  );
  expect(deadlocks).toBeGreaterThan(100);
});

test('finding a deadlock among thousands of tasks takes one search, not one per task', () => {
  const graph = new WaitForGraph();
  const count = 1500;
  const name = (i: number) => `t${i}`;
  for (let i = 0; i < count; i += 1) {
    const next = (i + 1) % count;
    graph.facts({
      at: i,
      agent: name(i),
      facts: {
        task: {
          waitsFor: { resource: `r${next}`, mode: 'uninterruptible', lock: '', stack: [] },
          holds: [{ resource: `r${i}`, mode: '' }],
        },
        resources: [resourceFacts(`r${i}`, [name(i)], [name((i + count - 1) % count)])],
      },
    });
    expect(graph.check(i).length > 0).toBe(i === count - 1);
  }
  expect(graph.deadlock?.cycle).toHaveLength(count);
});
