/** Tests of the fragment of an address: what was written is read, and what was not written by us harms nobody. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFragment, fragmentTrouble, type PageFragment, readFragment, STAGES } from './page-fragment.ts';

const instants = fc.nat(Number.MAX_SAFE_INTEGER - 1);
const names = fc.oneof(fc.constantFrom('kswapd/0', 'inodegc/12', 'a,b', 'c&d=e#+ %'), fc.string({ minLength: 1 }));
const lists = fc.array(names, { minLength: 1, maxLength: 4 });
const fragments: fc.Arbitrary<PageFragment> = fc.record(
  {
    t: fc.oneof(fc.constant('live' as const), instants),
    window: fc.tuple(instants, instants).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 })),
    axis: fc.constant('order' as const),
    stage: fc.constantFrom(...STAGES),
    selection: names,
    cards: lists,
    pins: lists,
    hidden: lists,
    unfolded: lists,
    query: names,
    present: fc.constant(true as const),
    run: fc.constant('e7fa05e473288910'),
    fork: lists,
  },
  { requiredKeys: [] },
);

test('what was written is read', () => {
  fc.assert(
    fc.property(fragments, (fragment) => {
      const isEmpty = Object.keys(fragment).length === 0;
      if (!isEmpty) expect(fragmentTrouble(`#${formatFragment(fragment)}`)).toBeUndefined();
      expect(readFragment(`#${formatFragment(fragment)}`)).toEqual(fragment);
    }),
  );
});

test('whatever stands in an address can be read, and what was read is written so that it reads the same', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = readFragment(text);
      expect(readFragment(formatFragment(read))).toEqual(read);
    }),
  );
});

test('a link can be read by a person', () => {
  const fragment: PageFragment = {
    t: 2_220_882_078,
    stage: 'waits',
    selection: 'repair/0',
    cards: ['kswapd/0', 'inodegc/0'],
    fork: ['stall-cpu cpu=0 for=10ms at=2.22s'],
  };
  expect(formatFragment(fragment)).toBe(
    't=2220882078&s=waits&sel=repair/0&open=kswapd/0,inodegc/0&fork=stall-cpu+cpu=0+for=10ms+at=2.22s',
  );
});

test.each([
  ['#t=2.2s', "'t=2.2s' cannot be read: t is virtual time in nanoseconds, as in t=2220882078, or 't=live'"],
  ['#t=3&s=wait', "'s=wait' cannot be read: s is one of waits, memory, agents, chart, compare"],
  ['#v=9-3', "'v=9-3' cannot be read: v is two times in nanoseconds, as in v=0-2220882078"],
  ['#open=', "'open=' cannot be read: open is names with commas between"],
  ['#time=3', "'time=3' is not in any link: it has t=, v=, x=, s=, sel=, q=, p=, run=, open=, pin=, hide=, unfold="],
  ['#', "'' is not in any link"],
])('what is not understood of %s is said to who typed it', (text, trouble) => {
  expect(fragmentTrouble(text)).toContain(trouble);
});
