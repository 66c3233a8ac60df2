/** Agents are dealt evenly, within capacities, wherever a way exists, and without regard to who said hello first. */
import type { AgentSpec } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canHost, dealAgents, type Applicant } from './placement.ts';

const agent = (id: string): AgentSpec => ({ id, kind: id.split('/', 1)[0] ?? id, params: null });
const applicant = (name: string, kinds: readonly string[] | 'any' = 'any', capacity = 100): Applicant => ({
  name,
  instance: `${name} started once`,
  kinds,
  capacity,
});

test('one agent each where there are enough federates', () => {
  const hosts = dealAgents(
    ['a/0', 'a/1', 'b'].map(agent),
    ['z', 'y', 'x', 'w'].map((name) => applicant(name)),
  );
  expect(hosts).toEqual(['w', 'x', 'y']);
});

test('evenly where there are not', () => {
  const hosts = dealAgents(['a/0', 'a/1', 'a/2', 'a/3', 'a/4'].map(agent), [applicant('x'), applicant('y')]);
  expect(hosts).toEqual(['x', 'x', 'y', 'y', 'x']);
});

test('peers together, and those that anybody may need together', () => {
  const agents = [0, 1, 2, 3].flatMap((cpu) => [
    { ...agent(`cpu/${cpu}`), peers: [] },
    { ...agent(`thread/${cpu}`), peers: [`cpu/${cpu}`, 'lock', 'memory'] },
  ]);
  const shared = ['lock', 'memory'].map((id) => ({ ...agent(id), peers: [] }));
  const hosts = dealAgents(
    [...agents, ...shared],
    ['x', 'y', 'z'].map((name) => applicant(name)),
  );
  const hosted = (name: string) =>
    [...agents, ...shared].filter((_, index) => hosts[index] === name).map(({ id }) => id);
  expect(hosted('x')).toEqual(['cpu/0', 'thread/0', 'lock', 'memory']);
  expect(hosted('y')).toEqual(['cpu/1', 'thread/1']);
  expect(hosted('z')).toEqual(['cpu/2', 'thread/2', 'cpu/3', 'thread/3']);
});

test('an agent makes room for one that has nowhere else to go', () => {
  const hosts = dealAgents(['a', 'b'].map(agent), [applicant('x', ['a', 'b'], 1), applicant('y', ['a'], 1)]);
  expect(hosts).toEqual(['y', 'x']);
});

test('says who finds no place', () => {
  expect(() => dealAgents([agent('b')], [applicant('x', ['a'])])).toThrow(
    'no federate for agent b: no federate hosts agents of kind b',
  );
  expect(() => dealAgents(['a/0', 'a/1', 'a/2'].map(agent), [applicant('x', ['a'], 1)])).toThrow(
    'no federate for agent a/1, nor for 1 more: the 1 federates for its kind have no capacity left',
  );
});

test('any applicants: kinds and capacities are kept, and the order of the hellos does not matter', () => {
  const anyApplicant = fc.record({
    kinds: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
    capacity: fc.integer({ min: 1, max: 3 }),
  });
  const kinds = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(anyApplicant, { minLength: 1, maxLength: 6 }), kinds, (given, wanted) => {
      const applicants = given.map(({ kinds: hosted, capacity }, index) => applicant(`f${index}`, hosted, capacity));
      const agents = wanted.map((kind, index) => agent(`${kind}/${index}`));
      let hosts: string[];
      try {
        hosts = dealAgents(agents, applicants);
      } catch {
        // Rightly so: some kinds together have more agents than room (Hall's condition).
        const subsets = [['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['b', 'c'], ['a', 'b', 'c']];
        const fits = subsets.every((subset) => {
          const room = applicants.filter((each) => subset.some((kind) => canHost(each, kind)));
          return (
            wanted.filter((kind) => subset.includes(kind)).length <= room.reduce((sum, each) => sum + each.capacity, 0)
          );
        });
        expect(fits).toBe(false);
        return;
      }
      expect(dealAgents(agents, applicants.toReversed())).toEqual(hosts);
      for (const each of applicants) {
        const hosted = agents.filter((_, index) => hosts[index] === each.name);
        expect(hosted.length).toBeLessThanOrEqual(each.capacity);
        expect(hosted.every(({ kind }) => canHost(each, kind))).toBe(true);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});
