/** Tests of what agents say, by number: all of it comes back, and what is said again is told once. */
import type { Facts, FactsChange } from '@dragon/engine';
import { inChunks } from '@dragon/kernel';
import { FactsDecoder, FactsEncoder } from '@dragon/report';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SaidFacts, SaidTable } from './said-facts.ts';

const AGENTS = ['a', 'b', 'c'];
const PLACES = new Map(AGENTS.map((agent, place) => [agent, place]));

const name = fc.constantFrom('p', 'q', 'r');
const hold = fc.record({ resource: name, mode: fc.constantFrom('' as const, 'R' as const) });
const task = fc.record({
  waitsFor: fc.option(
    fc.record({
      resource: name,
      mode: fc.constant('polling' as const),
      lock: fc.constant('' as const),
      stack: fc.constant(['f']),
    }),
  ),
  holds: fc.array(hold, { maxLength: 2 }),
});
/** Some longer than what is kept. */
const queue = fc.nat(30).map((length) => Array.from({ length }, (_, i) => ({ task: `t${i}` })));
const resource = fc
  .record({ resource: name, holders: fc.array(name, { maxLength: 2 }), waiters: queue })
  .map((each) => ({
    resource: each.resource,
    holders: inChunks(each.holders),
    waiters: inChunks(each.waiters),
  }));
const facts: fc.Arbitrary<Facts> = fc.record({
  task: fc.option(task, { nil: undefined }),
  resources: fc.option(fc.uniqueArray(resource, { selector: (each) => each.resource, maxLength: 2 }), {
    nil: undefined,
  }),
});
const changes = fc.array(fc.tuple(fc.constantFrom(...AGENTS), facts), { maxLength: 40 });

test.each([1 << 16, 4])('whatever agents say comes back, with %i sayings kept', (most) => {
  fc.assert(
    fc.property(changes, fc.integer({ min: 1, max: 7 }), (all, piece) => {
      const [encoder, decoder] = [new FactsEncoder(), new FactsDecoder()];
      const [said, table] = [new SaidFacts(PLACES, most), new SaidTable()];
      const [expected, got]: [FactsChange[], FactsChange[]] = [[], []];
      for (const [at, [agent, each]] of all.entries()) {
        const delta = encoder.take({ at, agent, facts: each });
        if (delta === undefined) continue;
        expected.push(decoder.take(delta));
        expect(said.take(delta)).toEqual(expected.at(-1)?.facts);
        if (at % piece === 0) got.push(...read(said, table));
      }
      got.push(...read(said, table));
      expect(got).toEqual(expected);
    }),
  );
});

function read(said: SaidFacts, table: SaidTable): FactsChange[] {
  const columns = said.columns();
  table.append(columns.newSayings);
  return Array.from(columns.at, (at, i) => ({
    at,
    agent: AGENTS[columns.agent[i] ?? -1] ?? '',
    facts: table.at(columns.said[i] ?? -1),
  }));
}

test('what was said before has its number, whoever says it', () => {
  const encoder = new FactsEncoder();
  const said = new SaidFacts(PLACES);
  const [free, held]: [Facts, Facts] = [
    { task: { waitsFor: null, holds: [] } },
    { task: { waitsFor: null, holds: [{ resource: 'p', mode: '' }] } },
  ];
  const deltas = [free, held, free, held].flatMap((each, at) =>
    ['a', 'b'].flatMap((agent) => encoder.take({ at, agent, facts: each }) ?? []),
  );
  for (const delta of deltas) said.take(delta);
  const { said: numbers, newSayings } = said.columns();
  expect([...numbers]).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  expect(newSayings).toHaveLength(2);
  expect(said.columns().newSayings).toEqual([]);
});
