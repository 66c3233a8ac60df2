/** A table by number does what a map does, and says it in one way. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_TABLE, entriesOf, entryAt, type NumberTable, withEntry } from './number-table.ts';

const number = fc.oneof(fc.nat(3), fc.nat(40), fc.nat(2_000), fc.nat(2 ** 30 - 1));
const changes = fc.array(fc.tuple(number, fc.option(fc.nat(), { nil: null })), { maxLength: 60 });

function tableOf(entries: Iterable<readonly [number, number | null]>): NumberTable<number> {
  let table: NumberTable<number> = EMPTY_TABLE;
  for (const [at, entry] of entries) table = withEntry(table, at, entry);
  return table;
}

test('as a map, whatever is added, replaced and removed', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const map = new Map<number, number>();
      for (const [at, entry] of all) {
        if (entry === null) map.delete(at);
        else map.set(at, entry);
      }
      const table = tableOf(all);
      const sorted = [...map].sort(([a], [b]) => a - b);
      expect(entriesOf(table)).toEqual(sorted);
      for (const [at] of all) expect(entryAt(table, at)).toBe(map.get(at));
      // However it came about.
      expect(table).toEqual(tableOf(sorted));
      expect(table).toEqual(tableOf(sorted.toReversed()));
    }),
  );
});

describe('a table', () => {
  test('of few numbers is one list', () => {
    expect(tableOf([[1, 7]])).toEqual({ levels: 1, root: [null, 7] });
    expect(tableOf([[33, 7]])).toEqual({ levels: 2, root: [null, [null, 7]] });
  });

  test('is empty again when its last entry goes', () => {
    expect(
      tableOf([
        [2 ** 29, 7],
        [2 ** 29, null],
      ]),
    ).toEqual(EMPTY_TABLE);
  });

  test('has nothing beyond its numbers', () => {
    expect(entryAt(tableOf([[1, 7]]), 40)).toBeUndefined();
    expect(entryAt(EMPTY_TABLE, 0)).toBeUndefined();
  });

  test('is never changed in place', () => {
    const before = tableOf([[100, 7]]);
    withEntry(before, 100, 8);
    withEntry(before, 5, 8);
    expect(before).toEqual(tableOf([[100, 7]]));
  });
});
