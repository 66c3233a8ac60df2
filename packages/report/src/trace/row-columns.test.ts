/** Tests of rows in columns: what goes in comes out, and columns that do not fit are refused. */
import type { Json, Message, Row } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkedColumns, rowsOfColumns } from './row-columns.ts';
import { columnsOf } from './trace-bytes.fixture.io.ts';

const malformed = (why: string) => {
  throw new Error(why);
};

const throughFile = (value: Json) => JSON.parse(JSON.stringify(value)) as Json;

const agent = fc.oneof(fc.constantFrom('kswapd/0', 'ag/1', 'memory/0', '__proto__'), fc.string({ minLength: 1 }));

const message = fc
  .tuple(
    fc.constantFrom('task.woken', 'ag.lock', 'toString'),
    fc.oneof(
      fc.record({ count: fc.nat(), list: fc.array(fc.nat()), from: fc.string() }, { requiredKeys: [] }),
      fc.dictionary(fc.oneof(fc.constantFrom('a', '0', '__proto__', 'größe'), fc.string()), fc.jsonValue()),
    ),
  )
  .map(([type, fields]) => {
    const others = Object.entries(fields).filter(([name]) => name !== 'type');
    return throughFile(Object.fromEntries([['type', type], ...others]) as Json) as Message;
  });

/** Rows in the order of a trace, each with its index among those of its agent. */
const rows = fc
  .array(fc.tuple(fc.nat(1e9), agent, agent, fc.nat(), message, fc.string()))
  .chain((fields) => fc.tuple(fc.constant(fields), fc.maxSafeNat(), fc.nat(1e6)))
  .map(([fields, start, first]): Row[] => {
    let now = Math.floor(start / 2);
    const indexes = new Map<string, number>();
    return fields.map(([wait, to, from, seq, sent, state]) => {
      now += wait;
      const index = indexes.get(to) ?? first;
      indexes.set(to, index + 1);
      return { at: now, to, from, seq, message: sent, index, state };
    });
  });

test('every row comes back as it was', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const columns = checkedColumns(throughFile(columnsOf(list)), list.length, malformed);
      // As texts: fields come back in their order, and one may be called `__proto__`.
      expect(JSON.stringify(rowsOfColumns(columns, malformed))).toBe(JSON.stringify(list));
    }),
  );
});

test('a field that is undefined is not there', () => {
  const row: Row = {
    at: 1,
    to: 'a',
    from: 'b',
    seq: 0,
    message: { type: 'a.go', here: 1, gone: undefined, deep: { gone: undefined } },
    index: 0,
    state: 'idle',
  };
  const columns = checkedColumns(throughFile(columnsOf([row])), 1, malformed);
  expect(columns.shapes).toEqual([['a.go', 'here', 'deep']]);
  expect(rowsOfColumns(columns, malformed)).toEqual([{ ...row, message: { type: 'a.go', here: 1, deep: {} } }]);
});

test('columns that do not fit are refused, and what is wrong is said', () => {
  const row = (at: number): Row => ({
    at,
    to: 'a',
    from: 'b',
    seq: 1,
    message: { type: 'a.go', n: at },
    index: 0,
    state: 'idle',
  });
  const good = columnsOf([row(1), row(2)]);
  const cases: readonly (readonly [change: { readonly [column: string]: Json }, why: string])[] = [
    [{ at: [1] }, '"at" must have 2 entries, and has 1'],
    [{ at: [1, -1] }, '"at" must be a list of nanoseconds'],
    [{ at: 'soon' }, '"at" must be a list of nanoseconds'],
    [{ to: [0, 7] }, '"to" must be a list of places'],
    [{ state: [0, 0.5] }, '"state" must be a list of places'],
    [{ agents: ['a', ''] }, '"agents" must be a list of ids of agents'],
    [{ indexes: [0] }, '"indexes" must have 2 entries, and has 1'],
    [{ states: [null] }, '"states" must be a list of strings'],
    [{ shapes: [[]] }, '"shapes" must be a list of lists of names'],
    [{ values: [] }, '"values" must have 1 entries, and has 0'],
    [{ values: [[[1]]] }, 'the columns of a.go are not as many or as long as they must be'],
    [
      {
        values: [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      },
      'the columns of a.go are not as many or as long as they must be',
    ],
    [{ seq: [1, -2] }, 'row 2 of it must have integers from 0 on'],
    [{ at: [Number.MAX_SAFE_INTEGER, 1] }, 'row 2 of it must have integers from 0 on'],
  ];
  for (const [change, why] of cases)
    expect(() => rowsOfColumns(checkedColumns({ ...good, ...change }, 2, malformed), malformed)).toThrow(why);
  expect(() => checkedColumns([], 2, malformed)).toThrow('its rows are not columns');
});
