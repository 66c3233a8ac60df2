/** Tests of changes of facts as deltas: whatever agents say comes back, and little is said of a long queue. */
import type { Facts, FactsChange, LockMode, ResourceFacts } from '@dragon/engine';
import { inChunks } from '@dragon/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deltasOfColumns, factsColumns } from './facts-columns.ts';
import { FactsDecoder, type FactsDelta, FactsEncoder } from './facts-delta.ts';
import { columnsOf } from './trace-bytes.fixture.io.ts';

const bad = (why: string) => new Error(why) as never;

/** Where a list is cut, and that nobody speaks for nothing, makes no difference. */
const flat = ({ at, agent, facts: { task, resources = [] } }: FactsChange) => ({
  at,
  agent,
  task,
  resources: resources.map(({ resource, holders, waiters }) => [resource, holders.flat(), waiters.flat()]),
});

const names = fc.constantFrom('a', 'b', 'c', 'd');
const lock = fc.constantFrom<LockMode>('', 'R', 'W');
const wait = fc.record({
  resource: names,
  mode: fc.constantFrom('uninterruptible' as const, 'polling' as const),
  lock,
  stack: fc.array(names, { maxLength: 2 }),
});
const task = fc.record({
  waitsFor: fc.option(wait),
  holds: fc.array(fc.record({ resource: names, mode: lock }), { maxLength: 3 }),
});
/** Longer than a chunk, so that most of a list stays when it changes. */
const queue = fc
  .array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 })
  .chain((cuts) =>
    fc.constant(Array.from({ length: 40 * cuts.length }, (_, i) => `t${cuts.includes(i % 10) ? i + 100 : i}`)),
  );
const resource = fc.record({ resource: names, holders: queue, waiters: queue }).map(
  (each): ResourceFacts => ({
    resource: each.resource,
    holders: inChunks(each.holders),
    waiters: inChunks(each.waiters.map((waiter) => ({ task: waiter, noted: 'more' }))),
  }),
);
const facts: fc.Arbitrary<Facts> = fc.record({
  task: fc.option(task, { nil: undefined }),
  resources: fc.option(fc.uniqueArray(resource, { selector: (each) => each.resource, maxLength: 3 }), {
    nil: undefined,
  }),
});
const changes = fc.array(fc.tuple(fc.nat(3), names, facts), { maxLength: 30 }).map((all) => {
  let at = 0;
  return all.map(([wait_, agent, said]): FactsChange => ({ at: (at += wait_), agent, facts: said }));
});

const withoutNotes = (change: FactsChange) => {
  const { resources, ...rest } = flat(change);
  return { ...rest, resources: JSON.parse(JSON.stringify(resources).replaceAll(',"noted":"more"', '')) as unknown };
};

test('what agents say comes back, through a block, too', () => {
  fc.assert(
    fc.property(changes, fc.array(fc.nat(30)), (all, at) => {
      const encoder = new FactsEncoder();
      const deltas = all.flatMap((change) => encoder.take(change) ?? []);
      // Rows of some of the changes, and of others.
      const moments = all.filter((_, i) => !at.includes(i)).map((change, i) => ({ ...change, index: i }));
      const rows = columnsOf(
        moments.map((change) => ({
          at: change.at,
          to: change.agent,
          from: 'a',
          seq: change.index,
          message: { type: 'm' },
          index: change.index,
          state: `s${change.index % 2}`,
        })),
      );
      const columns = factsColumns(deltas, rows);
      const read = deltasOfColumns(JSON.parse(JSON.stringify(columns)) as never, deltas.length, rows, bad);
      const byTime = (list: readonly FactsDelta[]) =>
        list.toSorted((x, y) => x.at - y.at || (x.agent < y.agent ? -1 : x.agent > y.agent ? 1 : 0));
      expect(byTime(read)).toEqual(byTime(deltas));
      const [decoder, now] = [new FactsDecoder(), new Map<string, unknown>()];
      for (const delta of deltas) now.set(delta.agent, { ...withoutNotes(decoder.take(delta)), at: 0 });
      for (const [agent, said] of now) {
        const last = all.findLast((change) => change.agent === agent);
        expect(said).toEqual(last && { ...withoutNotes(last), at: 0 });
      }
    }),
    { numRuns: 200 },
  );
});

const QUEUE = Array.from({ length: 4_096 }, (_, i) => ({ task: `rm/${i}` }));
const lockWith = (waiters: ResourceFacts['waiters']): Facts => ({
  resources: [{ resource: 'rwsem', holders: [['kswapd/0']], waiters }],
});

test('a queue of thousands that one joins or leaves is told in a line, and the rest of it stays what it was', () => {
  const encoder = new FactsEncoder();
  const decoder = new FactsDecoder();
  const long = inChunks(QUEUE);
  const take = (at: number, facts_: Facts) => encoder.take({ at, agent: 'lock', facts: facts_ });
  const first = take(1, lockWith(long));
  const left = take(2, lockWith([long[0]?.slice(1) ?? [], ...long.slice(1)]));
  const joined = take(3, lockWith([long[0]?.slice(1) ?? [], ...long.slice(1), [{ task: 'x' }]]));
  expect(left).toEqual({
    at: 2,
    agent: 'lock',
    changed: [{ resource: 'rwsem', waiters: { from: 0, removed: 1, added: [] } }],
  });
  expect(joined?.changed).toEqual([{ resource: 'rwsem', waiters: { from: -1, removed: 0, added: ['x'] } }]);
  const told = [first, left, joined].map((delta) => decoder.take(delta as FactsDelta).facts.resources?.[0]);
  expect(told[2]?.waiters.flat()).toEqual([...QUEUE.slice(1), { task: 'x' }]);
  const [, before, after] = told;
  expect(before?.holders).toBe(told[0]?.holders);
  expect(after?.waiters.filter((chunk) => before?.waiters.includes(chunk)).length).toBeGreaterThan(60);
});

test('who says the same again is not told', () => {
  const encoder = new FactsEncoder();
  const said = (): Facts => ({
    task: { waitsFor: { resource: 'l', mode: 'timed', lock: '', stack: ['f'] }, holds: [] },
  });
  expect(encoder.take({ at: 1, agent: 'a', facts: said() })).toMatchObject({ task: true, wait: { resource: 'l' } });
  expect(encoder.take({ at: 2, agent: 'a', facts: said() })).toBeUndefined();
  const { wait: gone } = encoder.take({ at: 3, agent: 'a', facts: { task: { waitsFor: null, holds: [] } } }) ?? {};
  expect(gone).toBeNull();
});

test('columns that are not what they must be are refused', () => {
  const encoder = new FactsEncoder();
  const delta = encoder.take({ at: 5, agent: 'lock', facts: lockWith([[{ task: 'x' }]]) });
  const rows = columnsOf([{ at: 5, to: 'lock', from: 'x', seq: 0, message: { type: 'm' }, index: 0, state: 's' }]);
  const columns = factsColumns(delta === undefined ? [] : [delta], rows);
  const read = (change: object) => () =>
    deltasOfColumns({ ...columns, ...change }, 1, rows, (why) => new Error(why) as never);
  expect(read({})()).toEqual([delta]);
  for (const change of [
    { after: [9] },
    { after: [2, 2] },
    { after: [] },
    { names: [] },
    { names: [[[7], []]] },
    { changes: [[0, 0, 0, [0], 0]] },
    { changes: [[0, [0, 9, 0, 0], 0, 0, 0]] },
    { resources: [1] },
    { stacks: [[1]] },
    { others: [[-1, 0, 0]] },
    { others: [[5, 99, 0]] },
  ])
    expect(read(change), JSON.stringify(change)).toThrow('its changes of facts are not what they must be');
});
