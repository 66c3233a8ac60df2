/** Tables are aligned where the page is wide enough, and stay within it where it is not. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textTable } from './text-table.ts';
import { textWidth } from './text-width.ts';

const ROWS = [
  ['always', '37', '4.91 s'],
  ['skip-kswapd', '0', '12 ms'],
];
const HEAD = ['policy', 'deadlocks\n[95 %]', 'stall'];

test('columns are as wide as they must be', () => {
  expect(textTable(ROWS, { width: 80, indent: '  ' })).toEqual([
    '  always       37  4.91 s',
    '  skip-kswapd  0   12 ms',
  ]);
});

test('names of columns stand on the lowest line, and figures at the right', () => {
  expect(textTable(ROWS, { width: 80, head: HEAD, figuresFrom: 1 })).toEqual([
    '             deadlocks',
    'policy          [95 %]   stall',
    'always              37  4.91 s',
    'skip-kswapd          0   12 ms',
  ]);
});

test('a row of one cell is a heading', () => {
  const rows = [['a heading wider than the column'], ...ROWS];
  expect(textTable(rows, { width: 80, indent: '  ' })[0]).toBe('a heading wider than the column');
  expect(textTable(rows, { width: 80, indent: '  ' })[1]).toBe('  always       37  4.91 s');
  expect(textTable([['one'], ['two']], { width: 80, indent: '  ' })).toEqual(['  one', '  two']);
});

test('prose in the last column is wrapped under itself', () => {
  const prose = 'word '.repeat(40).trim();
  const lines = textTable(
    [
      ['a', 'b', prose],
      ['aaa', 'b', 'short'],
    ],
    { width: 100, indent: '  ' },
  );
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines[0]?.startsWith('  a    b  word word')).toBe(true);
  expect(lines[1]?.startsWith('          word')).toBe(true);
  expect(lines.at(-1)).toBe('  aaa  b  short');
});

test('what is too wide is stacked, each figure with its name', () => {
  expect(textTable(ROWS, { width: 28, head: HEAD, figuresFrom: 1 })).toEqual([
    'always',
    '    deadlocks [95 %] 37',
    '    stall 4.91 s',
    'skip-kswapd',
    '    deadlocks [95 %] 0',
    '    stall 12 ms',
  ]);
  expect(textTable(ROWS, { width: 18 })).toEqual(['always', '    37  4.91 s', 'skip-kswapd', '    0  12 ms']);
});

test('no line is wider than the page, whatever the cells, if no word is', () => {
  const cell = fc
    .array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }), { minLength: 0, maxLength: 12 })
    .map((words) => words.map((word) => word.replaceAll(' ', '.')).join(' '));
  const table = fc
    .integer({ min: 2, max: 6 })
    .chain((columns) => fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1 }));
  fc.assert(
    fc.property(table, fc.integer({ min: 40, max: 120 }), (rows, width) => {
      for (const line of textTable(rows, { width, indent: '  ' })) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 200 },
  );
});
