/** Tests of the order of events. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareEvents, compareText, type Event, kindOf } from './event.ts';
import { compareRows } from './row.ts';

/**
 * Few values, so that events often agree in some of their parts; names of which one is the start of another, and beyond
 * ASCII.
 */
const event: fc.Arbitrary<Event> = fc.record({
  at: fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
  to: fc.constantFrom('a', 'a/1', 'a/10', 'a/2', 'B', 'é', '\u{1f409}', '￼'),
  from: fc.constantFrom('a', 'b', 'a/1'),
  seq: fc.constantFrom(0, 1, 2),
  message: fc.constant({ type: 'm' }),
});

test('the order of events is total', () => {
  fc.assert(
    fc.property(event, event, event, (a, b, c) => {
      expect(Math.sign(compareEvents(a, b))).toBe(-Math.sign(compareEvents(b, a)) + 0);
      expect(compareEvents(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
      if (compareEvents(a, b) <= 0 && compareEvents(b, c) <= 0) expect(compareEvents(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test('time comes first, then receiver, sender and number', () => {
  const make = (at: number, to: string, from: string, seq: number): Event => ({
    at,
    to,
    from,
    seq,
    message: { type: '' },
  });
  const ordered = [
    make(1, 'b', 'b', 2),
    make(2, 'a', 'b', 2),
    make(2, 'b', 'a', 2),
    make(2, 'b', 'a', 10),
    make(2, 'b', 'b', 1),
    make(10, 'a', 'a', 0),
  ];
  expect(ordered.toReversed().sort(compareEvents)).toEqual(ordered);
});

test('text is ordered by code units, not by a locale', () => {
  expect(['z', 'a/2', 'é', 'a/10', 'B', '\u{1f409}', '￼', 'a'].sort(compareText)).toEqual([
    'B',
    'a',
    'a/10',
    'a/2',
    'z',
    'é',
    '\u{1f409}',
    '￼',
  ]);
});

test('rows go by time, then agent, then as the agent received them', () => {
  const make = (at: number, to: string, from: string, index: number) => {
    return { at, to, from, seq: 0, message: { type: '' }, index, state: '' };
  };
  const ordered = [make(1, 'b', 'c', 9), make(2, 'a', 'z', 0), make(2, 'a', 'b', 1), make(2, 'b', 'a', 0)];
  expect(ordered.toReversed().sort(compareRows)).toEqual(ordered);
});

test('the kind of an agent is what stands before the first slash', () => {
  expect(['ag/0', 'shrinkers', 'a/b/c', '/x', ''].map(kindOf)).toEqual(['ag', 'shrinkers', 'a', '', '']);
});
