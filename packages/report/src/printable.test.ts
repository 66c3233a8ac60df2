/** Text of others on its way to a terminal: nothing in it is obeyed. */
import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  ['kswapd0', 'kswapd0'],
  ['\u001b[31mEVIL\u001b]0;pwn\u0007', String.raw`\x1b[31mEVIL\x1b]0;pwn\x07`],
  ['a\rb\nc\u009bd', String.raw`a\x0db\x0ac\x9bd`],
  ['left\u202eright', String.raw`left\u202eright`],
  ['tab\tand ümläut', 'tab\tand ümläut'],
])('%j is printed as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printable(shown)).toBe(shown);
});
