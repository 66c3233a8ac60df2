/** Queues of inodes against plain arrays. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allInodes,
  appendInodes,
  EMPTY_INODE_LIST,
  type InodeList,
  longestRuns,
  takeFirstInodes,
} from './inode-list.ts';
import type { InodeFate, InodeRun } from './inode.ts';

const run = (ino: number, count: number, fate: InodeFate = 'clean'): InodeRun => ({ ino, count, fate });
const inosOf = (runs: readonly InodeRun[]): number[] =>
  runs.flatMap(({ ino, count }) => Array.from({ length: count }, (_, i) => ino + i));
const each = (runs: readonly InodeRun[]): string[] =>
  runs.flatMap(({ ino, count, fate }) => Array.from({ length: count }, (_, i) => `${ino + i} ${fate}`));

test('neighbours join', () => {
  const joined = appendInodes(appendInodes(EMPTY_INODE_LIST, [run(1, 3)]), [run(4, 2), run(6, 1, 'postEof')]);
  expect(allInodes(joined)).toEqual([run(1, 5), run(6, 1, 'postEof')]);
  const down = [9, 8, 7].reduce((list, ino) => appendInodes(list, [run(ino, 1)], true), EMPTY_INODE_LIST);
  expect(allInodes(down)).toEqual([run(7, 3)]);
  const gap = [4, 6, 5].reduce((list, ino) => appendInodes(list, [run(ino, 1)], true), EMPTY_INODE_LIST);
  expect(allInodes(gap)).toEqual([run(4, 3)]);
});

test('first in, first out, none lost, as plain data', () => {
  const step = fc.oneof(
    fc.array(
      fc.record({
        ino: fc.nat(1_000),
        count: fc.integer({ min: 1, max: 9 }),
        fate: fc.constantFrom<InodeFate>('clean', 'postEof'),
      }),
      { maxLength: 400 },
    ),
    fc.nat(900),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let list: InodeList = EMPTY_INODE_LIST;
      let model: string[] = [];
      for (const next of steps) {
        if (typeof next === 'number') {
          const [taken, rest] = takeFirstInodes(list, next);
          expect(each(taken)).toEqual(model.slice(0, next));
          model = model.slice(next);
          list = rest;
        } else {
          list = appendInodes(list, next);
          model = [...model, ...each(next)];
        }
        expect(list.count).toBe(model.length);
        expect(each(allInodes(list))).toEqual(model);
        expect(JSON.parse(JSON.stringify(list))).toEqual(list);
      }
    }),
    { numRuns: 50 },
  );
});

test('two histories that lead to the same sequence have the same longest runs', () => {
  const runs = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 4 })), { maxLength: 700 });
  fc.assert(
    fc.property(runs, fc.array(fc.nat(300), { maxLength: 9 }), fc.boolean(), (all, cuts, unordered) => {
      let list = EMPTY_INODE_LIST;
      for (const [ino, count] of all) list = appendInodes(list, [run(ino, count)], unordered);
      for (const cut of cuts) [, list] = takeFirstInodes(list, cut);
      const other = inosOf(allInodes(list)).reduce((one, ino) => appendInodes(one, [run(ino, 1)]), EMPTY_INODE_LIST);
      expect(longestRuns(list)).toEqual(longestRuns(other));
    }),
    { numRuns: 50 },
  );
});
