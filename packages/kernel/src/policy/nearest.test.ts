/** Tests of the nearest name to a mistyped one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const NAMES = ['always', 'skip-kswapd', 'skip-reclaim', 'timed(10ms)', 'watermarks(256,64)', 'outside-rwsem', 'inline'];

test.each([
  ['a slip', 'alwasy', 'always'],
  ['two letters changed places, at the end', 'inlien', 'inline'],
  ['a letter too few', 'skip-kswap', 'skip-kswapd'],
  ['a letter too many', 'alwayss', 'always'],
  ['another case', 'ALWAYS', 'always'],
  ['an underscore', 'skip_reclaim', 'skip-reclaim'],
  ['the beginning', 'timed', 'timed(10ms)'],
  ['the beginning in another case', 'Timed', 'timed(10ms)'],
  ['the end', 'rwsem', 'outside-rwsem'],
  ['something added', 'inline,inline', 'inline'],
])('%s', (_, given, expected) => {
  expect(nearest(given, NAMES)).toBe(expected);
});

test.each(['', 'x', 'in', 'srcu', 'nonsense', 'axxxys'])('nothing is near to %j', (given) => {
  expect(nearest(given, NAMES)).toBeUndefined();
});

test('the fewest edits win; among as few, the first', () => {
  expect(nearest('kswapd3', ['kswapd10', 'kswapd1', 'kswapd2'])).toBe('kswapd1');
  expect(nearest('abcdef', ['abcxyf', 'abcdxf'])).toBe('abcdxf');
});

test('at most a third of what was given may be wrong, and at most three letters', () => {
  expect(nearest('abc', ['abx'])).toBe('abx');
  expect(nearest('abc', ['axx'])).toBeUndefined();
  expect(nearest('abcdefghijkl', ['xxxdefghijkl'])).toBe('xxxdefghijkl');
  expect(nearest('abcdefghijkl', ['xxxxefghijkl'])).toBeUndefined();
});

test('neighbours that changed places count as one mistake', () => {
  expect(nearest('bac', ['abc'])).toBe('abc');
  expect(nearest('bca', ['abc'])).toBeUndefined();
});

test('a name is nearest to itself, and so is it with one letter dropped', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.nat(30), (name, at) => {
      expect(nearest(name, NAMES)).toBe(name);
      const cut = at % name.length;
      expect(nearest(name.slice(0, cut) + name.slice(cut + 1), NAMES)).toBe(name);
    }),
  );
});
