/** Prose keeps within the page, and a command that is broken is still the same command to a shell. */
import { expect, test } from 'vitest';
import { commandLines, foldLines, reflow, wrap } from './folding.ts';
import { terminalStyle } from './terminal-style.ts';
import { textWidth } from './text-width.ts';

const PROSE = 'word '.repeat(40).trim();

test('words are kept whole and lines short', () => {
  expect(wrap('a bb ccc dddd', 6)).toEqual(['a bb', 'ccc', 'dddd']);
  expect(wrap('unbreakable words', 4)).toEqual(['unbreakable', 'words']);
  expect(wrap('', 4)).toEqual(['']);
});

test('a style takes no room', () => {
  const { alarm } = terminalStyle(true);
  expect(textWidth(alarm('red'))).toBe(3);
  expect(wrap(`${alarm('a bb')} cc`, 7)).toEqual([`${alarm('a bb')} cc`]);
  expect(wrap(`${alarm('a bb')} cc`, 6)).toEqual([alarm('a bb'), 'cc']);
});

test('a long line is folded, and what follows is indented by two more', () => {
  expect(foldLines(['  short'], 100)).toEqual(['  short']);
  const folded = foldLines([`  ${PROSE}`], 100);
  expect(folded).toHaveLength(3);
  expect(folded.every((line) => line.length <= 100)).toBe(true);
  expect(folded.map((line) => line.indexOf('word'))).toEqual([2, 4, 4]);
});

test('paragraphs are wrapped however their source is broken, and indented lines stay lines', () => {
  expect(reflow('one\ntwo\n\nthree:\n  four\n  five', 80)).toBe('one two\n\nthree:\n  four\n  five');
  expect(reflow('\none', 80)).toBe('\none');
  const long = reflow(`${PROSE}\nword`, 80).split('\n');
  expect(long).toHaveLength(3);
  expect(long.every((line) => line.length <= 80)).toBe(true);
});

test('a command stays in its line, or is broken as a shell takes it, options whole', () => {
  const command = "npx dragon run seed --policy 'a=timed(1ms), b=c' --cpus 2 --seed 5 --until 9s";
  expect(commandLines('Again:', command, 100)).toEqual([`Again: ${command}`]);
  expect(commandLines('Again:', command, 40)).toEqual([
    'Again:',
    '  npx dragon run seed \\',
    "    --policy 'a=timed(1ms), b=c' \\",
    '    --cpus 2 --seed 5 --until 9s',
  ]);
});
