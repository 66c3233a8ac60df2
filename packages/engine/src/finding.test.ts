/**
 * Tests of the end of a run: findings instant by instant, whatever the order in which news comes, and who is told what.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText } from './event.ts';
import type { FactsChange } from './facts.ts';
import { type Finder, type Finding, RunEnd, wantedTracepoints } from './finding.ts';
import type { TraceHit } from './observer.ts';

/**
 * Counts changes; from `enough` on it has something to say. Its notes show what it was told, an instant sorted by
 * agent.
 */
class CountingFinder implements Finder {
  readonly notes: string[] = [];
  readonly ends: boolean;
  #instant: string[] = [];
  #count = 0;
  readonly #enough: number;

  constructor(enough: number, ends = true) {
    this.#enough = enough;
    this.ends = ends;
  }

  facts({ at, agent }: FactsChange): void {
    this.#count += 1;
    this.#instant.push(`${at} ${agent}`);
  }

  check(at: number): readonly Finding[] {
    this.notes.push(...this.#instant.sort(compareText), `check ${at}`);
    this.#instant = [];
    return this.#count >= this.#enough ? [found(at)] : [];
  }
}

const PLAN = { until: 1_000, grace: 50, stopOnFinding: true };

const found = (at: number, evidence = ''): Finding => ({ kind: 'stall', at, evidence });
const change = (at: number, agent: string): FactsChange => ({ at, agent, facts: {} });
const hit = (at: number, event: string): TraceHit => ({ at, agent: 'a', event, fields: {} });

test('each instant is applied whole and checked once, strictly before the border', () => {
  const finder = new CountingFinder(3);
  const end = new RunEnd(PLAN, [finder]);
  end.add(change(5, 'b'));
  end.add(change(7, 'a'));
  end.add(change(5, 'a'));
  end.settle(5);
  expect(finder.notes).toEqual([]);
  end.settle(6);
  expect(finder.notes).toEqual(['5 a', '5 b', 'check 5']);
  end.settle(7);
  expect([end.foundAt, end.at]).toEqual([undefined, 1_000]);
  expect(finder.notes).toHaveLength(3);
  end.settle(8);
  expect(finder.notes).toEqual(['5 a', '5 b', 'check 5', '7 a', 'check 7']);
  expect([end.foundAt, end.at]).toEqual([7, 57]);
});

test('the first finding counts, and what follows is still told', () => {
  const finder = new CountingFinder(1);
  const end = new RunEnd(PLAN, [finder]);
  for (const at of [3, 2, 4]) end.add(change(at, 'a'));
  end.settle(100);
  expect([end.foundAt, end.at]).toEqual([2, 52]);
  expect(finder.notes).toEqual(['2 a', 'check 2', '3 a', 'check 3', '4 a', 'check 4']);
  expect(end.findings).toEqual([2, 3, 4].map((at) => found(at)));
});

test('a finder that ends nothing is heard and the run goes on, until one does', () => {
  const [idle, ending] = [new CountingFinder(1, false), new CountingFinder(2)];
  const end = new RunEnd(PLAN, [idle, ending]);
  end.add(change(3, 'a'));
  end.settle(4);
  expect([end.foundAt, end.at]).toEqual([undefined, 1_000]);
  expect(end.findings).toEqual([found(3)]);
  end.add(change(4, 'a'));
  end.settle(5);
  expect([end.foundAt, end.at]).toEqual([4, 54]);
  expect(end.findings).toEqual([3, 4, 4].map((at) => found(at)));
});

test('a plan that does not stop at findings goes on, and no plan goes on beyond its end', () => {
  const ended = (plan: Partial<typeof PLAN>): unknown[] => {
    const end = new RunEnd({ ...PLAN, ...plan }, [new CountingFinder(1)]);
    end.add(change(980, 'a'));
    end.settle(981);
    return [end.foundAt, end.at];
  };
  expect(ended({ stopOnFinding: false })).toEqual([980, 1_000]);
  expect(ended({})).toEqual([980, 1_000]);
  expect(ended({ grace: 5 })).toEqual([980, 985]);
});

test('hits reach who wants them, and nobody else; all are told of facts if they ask', () => {
  const told: string[] = [];
  const finder = (name: string, tracepoints?: readonly string[]): Finder => {
    return { ends: false, tracepoints, hit: ({ event }) => told.push(`${name} ${event}`) };
  };
  const finders = [finder('one', ['x', 'y']), finder('two', ['y']), finder('none'), finder('empty', [])];
  expect(wantedTracepoints(finders)).toEqual(new Set(['x', 'y']));
  const end = new RunEnd(PLAN, finders);
  for (const event of ['y', 'x', 'z']) end.add(hit(1, event));
  end.add(change(1, 'a'));
  end.settle(2);
  expect(told).toEqual(['one y', 'two y', 'one x']);
});

test('at the end everything pending is told first, then each is asked once, at the end as it is by then', () => {
  const asked: number[] = [];
  const last: Finder = {
    ends: false,
    over: (at) => {
      asked.push(at);
      return [found(at, 'never came')];
    },
  };
  const end = new RunEnd(PLAN, [last, new CountingFinder(1)]);
  end.add(change(7, 'a'));
  end.finish();
  end.finish();
  expect(asked).toEqual([57]);
  expect(end.findings).toEqual([found(7), found(57, 'never came')]);
  expect([end.foundAt, end.at]).toEqual([7, 57]);
});

test('the changes of one agent keep their order within an instant', () => {
  const applied: unknown[] = [];
  const finder: Finder = { ends: false, facts: ({ facts }) => applied.push(facts.task?.holds.length) };
  const end = new RunEnd(PLAN, [finder]);
  for (let i = 0; i < 20; i += 1) {
    const holds = Array.from({ length: i }, () => ({ resource: 'l', mode: '' as const }));
    end.add({ at: 20 - (i % 2), agent: 'a', facts: { task: { waitsFor: null, holds } } });
  }
  end.settle(100);
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
        const end = new RunEnd(PLAN, [whole]);
        for (const [at, who] of all) end.add(change(at, who));
        end.settle(11);

        const other = new RunEnd(PLAN, [windowed]);
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
        expect([other.foundAt, other.at, other.findings]).toEqual([end.foundAt, end.at, end.findings]);
      },
    ),
  );
});
