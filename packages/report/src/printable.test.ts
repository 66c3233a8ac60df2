/** Nothing that a terminal obeys is left in a text, and everything that is seen is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  ['\u001b[31mEVIL\u001b]0;pwn\u0007', '\\x1b[31mEVIL\\x1b]0;pwn\\x07'],
  ['two\nlines\r\tand a tab', 'two\\x0alines\\x0d\tand a tab'],
  ['\u009b31m', '\\x9b31m'],
  ['a\u007f', 'a\\x7f'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['a\u2066b\u2069\u200f\u061c', 'a\\u2066b\\u2069\\u200f\\u061c'],
  ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
  ['line\u2028paragraph\u2029', 'line\\u2028paragraph\\u2029'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['half \ud83d', 'half \\ud83d'],
  ['kworker/0:1H-kblockd', 'kworker/0:1H-kblockd'],
  ['Größe 日本 😀 <...>', 'Größe 日本 😀 <...>'],
])('%j', (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('nothing of any text is obeyed by a terminal, and what is printable stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(text);
      expect(/(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(shown)).toBe(false);
      expect(printable(shown)).toBe(shown);
    }),
  );
});
