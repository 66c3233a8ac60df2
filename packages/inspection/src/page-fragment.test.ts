/** Tests of the fragment of an address: what was written is read, and what was not written by us harms nobody. */
import { isPrintable } from '@dragon/report';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFragment, fragmentTrouble, type PageFragment, readFragment, STAGES } from './page-fragment.ts';

const instants = fc.nat(Number.MAX_SAFE_INTEGER - 1);
const names = fc.oneof(
  fc.constantFrom('kswapd/0', 'inodegc/12', 'a,b', 'c&d=e#+ %'),
  fc.string({ minLength: 1 }).filter(isPrintable),
);
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
    run: fc.constant('03c7f7de3f9080ae'),
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

test('what stands in an address is shown, and no more of it than there can be', () => {
  const read = readFragment(
    `sel=${encodeURIComponent('\u202e\u001b[31m')}&open=${'a,'.repeat(100_000)}&q=${'x'.repeat(100_000)}`,
  );
  expect(read.selection).toBe('\\u202e\\x1b[31m');
  expect([read.cards?.length, read.query?.length]).toEqual([1_000, 4_096]);
  for (const odd of [
    't=-1',
    't=NaN',
    't=1e400',
    't=Infinity',
    'v=1-',
    'v=9-1',
    'v=0-1e999',
    'v=-5-5',
    's=__proto__',
    'sel=%ff',
  ])
    expect(readFragment(odd)).toEqual({});
  expect(readFragment('__proto__=1&constructor=2&t=7')).toEqual({ t: 7 });
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
  [`#t=${'9'.repeat(1_000_000)}`, `'t=${'9'.repeat(58)}…' cannot be read: t is virtual time`],
  ['#\u001b[2J=1', "'\\x1b[2J=1' is not in any link"],
])('what is not understood of %s is said to who typed it', (text, trouble) => {
  expect(fragmentTrouble(text)).toContain(trouble);
});
