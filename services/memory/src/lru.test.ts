/** The file LRU: order, runs, and the scan of shrink_lruvec (kernel reference 3.3; the pressure trace). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EMPTY_LIST,
  type FileLru,
  type LruList,
  oldestTaken,
  ownedPages,
  pagesAdded,
  shrinkLruvec,
  withoutOwned,
} from './lru.ts';

const list = (...runs: readonly (readonly [owner: string, pages: number])[]): LruList =>
  runs.reduce((all, [owner, pages]) => pagesAdded(all, owner, pages), EMPTY_LIST);

const inactive = (pages: number): FileLru => ({ active: EMPTY_LIST, inactive: list(['a', pages]) });

test('neighbours of one owner are one run, and the oldest go first', () => {
  const all = list(['a', 10], ['a', 5], ['b', 3], ['a', 2]);
  expect(all).toEqual({
    runs: [
      { owner: 'a', pages: 15 },
      { owner: 'b', pages: 3 },
      { owner: 'a', pages: 2 },
    ],
    pages: 20,
  });
  const [oldest, rest] = oldestTaken(all, 16);
  expect(oldest).toEqual([
    { owner: 'a', pages: 15 },
    { owner: 'b', pages: 1 },
  ]);
  expect(rest).toEqual(list(['b', 2], ['a', 2]));
});

test('a file that goes takes its oldest pages first, and no more than there are', () => {
  const lru = { active: list(['a', 4]), inactive: list(['a', 10], ['b', 3], ['a', 2]) };
  expect(withoutOwned(lru, 'a', 11)).toEqual([{ active: list(['a', 4]), inactive: list(['b', 3], ['a', 1]) }, 11]);
  const [gone, removed] = withoutOwned(lru, 'a', 99);
  expect([ownedPages(gone, 'a'), ownedPages(gone, 'b'), removed]).toEqual([0, 3, 16]);
});

test('what is left by a file that goes is joined: the list is as if that had never been there', () => {
  const lru = { active: EMPTY_LIST, inactive: list(['a', 10], ['b', 3], ['a', 2], ['b', 1]) };
  expect(withoutOwned(lru, 'b', 4)[0].inactive).toEqual(list(['a', 12]));
});

test('a direct reclaimer scans size >> priority and stops at 32: 1, 2, 4, 8, 17 pages of 4,500, as the trace has it', () => {
  let lru = inactive(4_500);
  const scans = [12, 11, 10, 9, 8].map((priority) => {
    const scan = shrinkLruvec(lru, priority, 32, false);
    ({ lru } = scan);
    return scan.scanned;
  });
  expect(scans).toEqual([1, 2, 4, 8, 17]);
});

test('it stops at the cluster that reaches its aim, but for a direct reclaimer at the first priority', () => {
  expect(shrinkLruvec(inactive(400_000), 11, 32, false).scanned).toBe(32);
  expect(shrinkLruvec(inactive(400_000), 8, 100, true).scanned).toBe(128);
  expect(shrinkLruvec(inactive(400_000), 12, 32, false).scanned).toBe(97);
  expect(shrinkLruvec(inactive(400_000), 12, 32, true).scanned).toBe(32);
});

test('the active list feeds the inactive one only while that is the smaller', () => {
  const low = shrinkLruvec({ active: list(['a', 800]), inactive: list(['b', 700]) }, 3, 1_000, true);
  expect(low).toMatchObject({ scanned: 87, lru: { active: { pages: 700 }, inactive: { pages: 713 } } });
  expect(low.lru.inactive.runs.at(-1)).toEqual({ owner: 'a', pages: 100 });
  const even = shrinkLruvec({ active: list(['a', 700]), inactive: list(['b', 700]) }, 3, 1_000, true);
  expect(even.lru.active.pages).toBe(700);
});

test('from 1 GiB of page cache on the inactive list may be smaller by the root of ten a GiB', () => {
  const scan = (inactivePages: number) =>
    shrinkLruvec({ active: list(['a', 300_000]), inactive: list(['b', inactivePages]) }, 12, 1_000, true).lru.active;
  expect(scan(100_000).pages).toBe(300_000);
  expect(scan(99_999).pages).toBe(300_000 - 73);
});

const runs = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 50 })), { maxLength: 400 });

test('no page is lost, however often the owner changes', () => {
  fc.assert(
    fc.property(runs, fc.nat(3000), fc.constantFrom('a', 'b'), fc.nat(300), (many, head, owner, part) => {
      const all = list(...many);
      const listed = (each: { readonly runs: LruList['runs'] }): number =>
        each.runs.reduce((sum, run) => sum + run.pages, 0);
      expect(listed(all)).toBe(all.pages);
      expect(all.runs.length).toBeLessThanOrEqual(258);
      const [oldest, rest] = oldestTaken(all, head);
      expect(listed({ runs: oldest }) + rest.pages).toBe(all.pages);
      expect(listed(rest)).toBe(rest.pages);
      const [{ active, inactive: left }, removed] = withoutOwned({ active: all, inactive: rest }, owner, part);
      expect(active.pages + left.pages + removed).toBe(all.pages + rest.pages);
      expect(listed(active) + listed(left)).toBe(active.pages + left.pages);
    }),
  );
});
