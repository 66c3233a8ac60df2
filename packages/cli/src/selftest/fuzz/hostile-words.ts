/** Words that mean something to a terminal, to JavaScript, to a file system or to a number: what names may hold. */
import type { Draw } from '../draw.ts';

const WORDS: readonly [string, ...string[]] = [
  // Terminals: a colour, a title, the cursor home, an 8-bit control sequence, a hyperlink, a bell, a backspace.
  '\u001b[31mEVIL\u001b[0m',
  '\u001b]0;pwn\u0007',
  '\u001b[2J\u001b[H',
  '\u009b31m',
  '\u001b]8;;http://example.org\u001b\\link\u001b]8;;\u001b\\',
  '\u0007',
  '\b\b\b',
  '\r',
  '\u0000',
  '\u007f',
  // Order and width of what is shown: bidirectional overrides, no width, other lines, tags, a byte order mark.
  '\u202egnp.exe',
  '\u2066\u2069',
  '\u200b',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u{e0041}',
  '\ufeff',
  '\u{1f409}',
  // JavaScript.
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '$&$1',
  // Paths, shells, pages.
  '../../../../etc/passwd',
  '/dev/zero',
  'file:///etc/passwd',
  '$(reboot)',
  "';--",
  '<script>alert(1)</script>',
  ']]>',
  '%00%0a%s%n',
  // Formats.
  '',
  ' ',
  '\t',
  '\n',
  '"',
  '\\',
  '{',
  '[',
  ',',
  ':',
  '=',
  '-',
  '#',
  '>',
];

const NUMBERS: readonly [string, ...string[]] = [
  '0',
  '-0',
  '-1',
  '1',
  '255',
  '65536',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740991',
  '9007199254740992',
  '18446744073709551615',
  '18446744073709551616',
  '-9223372036854775809',
  '0.1',
  '1e308',
  '1e309',
  '-1e309',
  '1e-400',
  '0x7fffffffffffffff',
  '99999999999999999999999999999999',
  '007',
  '1_000',
  '',
];

/** Returns a word. */
export const hostileWord = (draw: Draw): string => draw.of(WORDS);

/** Returns a number at an edge, as text. */
export const edgeNumber = (draw: Draw): string => draw.of(NUMBERS);
