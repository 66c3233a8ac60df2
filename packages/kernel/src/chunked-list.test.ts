/** Lists in chunks against plain arrays, by random use. */
import type { Chunks } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allOf, appended, firstOf, inChunks, sortedBy, withoutFirst, withoutOne } from './chunked-list.ts';

const CHUNK = 64;

/** No chunk is empty or too long, and no two neighbours would fit into one. */
function expectTidy(list: Chunks<unknown>): void {
  for (const [i, chunk] of list.entries()) {
    expect(chunk.length).toBeGreaterThan(0);
    expect(chunk.length).toBeLessThanOrEqual(CHUNK);
    if (i > 0) expect(chunk.length + (list[i - 1]?.length ?? 0)).toBeGreaterThan(CHUNK);
  }
}

test('first in, first out, of any length', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -90, max: 100 }), { maxLength: 30 }), (steps) => {
      let list: Chunks<number> = [];
      let model: number[] = [];
      let next = 0;
      for (const step of steps) {
        for (let i = 0; i < step; i += 1) {
          list = appended(list, next);
          model.push(next);
          next += 1;
        }
        for (let i = 0; i > step; i -= 1) list = withoutFirst(list);
        model = model.slice(Math.max(0, -step));
        expect([allOf(list), firstOf(list)]).toEqual([model, model[0]]);
        expectTidy(list);
        // A list that fits into one chunk is the same data, whatever it has been.
        if (model.length <= CHUNK) expect(list).toEqual(inChunks(model));
      }
    }),
  );
});

test('a sorted list is a table: what was placed last under a key is found, until it is removed', () => {
  const byKey = sortedBy((entry: { readonly key: number; readonly value: number }) => entry.key);
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 300, maxLength: 900 }), fc.integer(), (keys, salt) => {
      let list: Chunks<{ readonly key: number; readonly value: number }> = [];
      const model = new Map<number, number>();
      for (const [value, key] of keys.entries()) {
        if ((key * 7 + value + salt) % 3 === 0) {
          const without = byKey.removed(list, key);
          if (!model.delete(key)) expect(without).toBe(list);
          list = without;
        } else {
          list = byKey.placed(list, { key, value });
          model.set(key, value);
        }
      }
      for (let key = 0; key <= 400; key += 1) expect(byKey.find(list, key)?.value).toBe(model.get(key));
      expect(allOf(list).map(({ key }) => key)).toEqual([...model.keys()].sort((a, b) => a - b));
      expectTidy(list);
    }),
    { numRuns: 30 },
  );
});

test('inserted keeps equal keys, and removed takes one of them', () => {
  const byName = sortedBy((name: string) => name);
  const twice = ['b', 'a', 'b', 'c'].reduce<Chunks<string>>((list, name) => byName.inserted(list, name), []);
  expect(allOf(twice)).toEqual(['a', 'b', 'b', 'c']);
  expect(allOf(byName.removed(twice, 'b'))).toEqual(['a', 'b', 'c']);
});

test('withoutOne takes the first that is sought, if there is one', () => {
  const list = inChunks(Array.from({ length: 200 }, (_, i) => i % 150));
  const expected = allOf(list).toSpliced(120, 1);
  expect(allOf(withoutOne(list, (each) => each === 120))).toEqual(expected);
  expect(withoutOne(list, (each) => each === 150)).toBe(list);
});

test('a change leaves all chunks but two as they were, and the list before it, too', () => {
  const byNumber = sortedBy((each: number) => each);
  const list = inChunks(Array.from({ length: 1_000 }, (_, i) => 2 * i));
  const copy = structuredClone(list);
  for (const after of [
    byNumber.inserted(list, 1_001),
    byNumber.removed(list, 1_000),
    appended(list, 9),
    withoutFirst(list),
  ])
    expect(after.filter((chunk) => !list.includes(chunk)).length).toBeLessThanOrEqual(2);
  expect(list).toEqual(copy);
});
