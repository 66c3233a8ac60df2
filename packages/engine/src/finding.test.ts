/** Tests of the watch for findings: instant by instant, whatever the order in which changes come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText } from './event.ts';
import type { FactsChange } from './facts.ts';
import { type Finder, FindingWatch } from './finding.ts';

/** Counts applied changes; finds `enough`. Its notes show what it was told, an instant sorted by agent. */
class CountingFinder implements Finder {
  readonly notes: string[] = [];
  #instant: string[] = [];
  #count = 0;
  readonly #enough: number;

  constructor(enough: number) {
    this.#enough = enough;
  }

  apply({ at, agent }: FactsChange): void {
    this.#count += 1;
    this.#instant.push(`${at} ${agent}`);
  }

  check(at: number): boolean {
    this.notes.push(...this.#instant.sort(compareText), `check ${at}`);
    this.#instant = [];
    return this.#count >= this.#enough;
  }
}

const change = (at: number, agent: string): FactsChange => ({ at, agent, facts: {} });

test('each instant is applied whole and checked once, strictly before the border', () => {
  const finder = new CountingFinder(3);
  const watch = new FindingWatch(finder);
  watch.add(change(5, 'b'));
  watch.add(change(7, 'a'));
  watch.add(change(5, 'a'));
  watch.settle(5);
  expect(finder.notes).toEqual([]);
  watch.settle(6);
  expect(finder.notes).toEqual(['5 a', '5 b', 'check 5']);
  watch.settle(7);
  expect(watch.foundAt).toBeUndefined();
  expect(finder.notes).toHaveLength(3);
  watch.settle(8);
  expect(finder.notes).toEqual(['5 a', '5 b', 'check 5', '7 a', 'check 7']);
  expect(watch.foundAt).toBe(7);
});

test('the first finding counts, and what follows is still applied', () => {
  const finder = new CountingFinder(1);
  const watch = new FindingWatch(finder);
  for (const at of [3, 2, 4]) watch.add(change(at, 'a'));
  watch.settle(100);
  expect(watch.foundAt).toBe(2);
  expect(finder.notes).toEqual(['2 a', 'check 2', '3 a', 'check 3', '4 a', 'check 4']);
});

test('the changes of one agent keep their order within an instant', () => {
  const applied: unknown[] = [];
  const watch = new FindingWatch({ apply: ({ facts }) => applied.push(facts.task?.holds.length), check: () => false });
  for (let i = 0; i < 20; i += 1) {
    const holds = Array.from({ length: i }, () => ({ resource: 'l', mode: '' as const }));
    watch.add({ at: 20 - (i % 2), agent: 'a', facts: { task: { waitsFor: null, holds } } });
  }
  watch.settle(100);
  const odd = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
  expect(applied).toEqual([...odd, ...odd.map((count) => count - 1)]);
});

test('neither the order of arrival nor the windows change what is found', () => {
  const agent = fc.constantFrom('a', 'b', 'c', 'd');
  const changes = fc.uniqueArray(fc.tuple(fc.nat(10), agent), { selector: String, minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      changes.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      fc.array(fc.nat(11), { maxLength: 5 }),
      fc.nat(25),
      ([all, shuffled], borders, enough) => {
        const [whole, windowed] = [new CountingFinder(enough), new CountingFinder(enough)];
        const watch = new FindingWatch(whole);
        for (const [at, who] of all) watch.add(change(at, who));
        watch.settle(11);

        const other = new FindingWatch(windowed);
        const rest = [...shuffled];
        for (const border of [...borders.sort((a, b) => a - b), 11]) {
          // What is before the border has to have come; some of what is after it comes early.
          const come = rest.filter(([at], i) => at < border || i % 2 === 0);
          for (const each of come) {
            other.add(change(...each));
            rest.splice(rest.indexOf(each), 1);
          }
          other.settle(border);
        }
        expect(windowed.notes).toEqual(whole.notes);
        expect(other.foundAt).toBe(watch.foundAt);
      },
    ),
  );
});
