/** Prose and tables keep within their width. */
import { expect, test } from 'vitest';
import { fold, reflow, WIDTH, wrap, wrappedTable } from './paragraphs.ts';

test('words are kept whole and lines short', () => {
  expect(wrap('a bb ccc dddd', 6)).toEqual(['a bb', 'ccc', 'dddd']);
  expect(wrap('unbreakable words', 4)).toEqual(['unbreakable', 'words']);
  expect(wrap('', 4)).toEqual(['']);
});

test('the last column of a table is wrapped under itself', () => {
  const prose = 'word '.repeat(40).trim();
  const lines = wrappedTable(
    [
      ['a', 'b', prose],
      ['aaa', 'b', 'short'],
    ],
    '  ',
  );
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(WIDTH);
  expect(lines[0]?.startsWith('  a    b  word word')).toBe(true);
  expect(lines[1]?.startsWith('          word')).toBe(true);
  expect(lines.at(-1)).toBe('  aaa  b  short');
});

test('a long line is folded, and what follows is indented by two more', () => {
  expect(fold('  short')).toEqual(['  short']);
  const folded = fold(`  ${'word '.repeat(40).trim()}`);
  expect(folded).toHaveLength(3);
  expect(folded.every((line) => line.length <= WIDTH)).toBe(true);
  expect(folded.map((line) => /^ */.exec(line)?.[0].length)).toEqual([2, 4, 4]);
});

test('paragraphs are wrapped however their source is broken, and indented lines stay lines', () => {
  expect(reflow('one\ntwo\n\nthree:\n  four\n  five')).toBe('one two\n\nthree:\n  four\n  five');
  expect(reflow('\none')).toBe('\none');
  const long = reflow(`${'word '.repeat(40).trim()}\nword`).split('\n');
  expect(long).toHaveLength(3);
  expect(long.every((line) => line.length <= WIDTH)).toBe(true);
});
