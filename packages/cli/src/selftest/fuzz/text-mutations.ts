/** Mutations of texts of lines: lines lost, doubled, moved, without end; numbers at edges; words that mean harm. */
import type { Draw } from '../draw.ts';
import { stretch } from './byte-mutations.ts';
import { edgeNumber, hostileWord } from './hostile-words.ts';
import { asBytes, type Mutation, oneOf, ofText } from './mutation.ts';

const NUMBER = /\d+/g;
const WORD = /[A-Za-z_]\w*/g;
/** Long for a line, short for a test. */
const LONG = 100_000;

const ofLines = (change: (lines: string[], draw: Draw) => string[]): Mutation =>
  ofText((text, draw) => change(text.split('\n'), draw).join('\n'));

const lineLost = ofLines((lines, draw) => lines.toSpliced(draw.below(lines.length), 1 + draw.small(8)));

const lineDoubled = ofLines((lines, draw) => {
  const [from, to] = stretch(lines, draw);
  return lines.toSpliced(draw.below(lines.length + 1), 0, ...lines.slice(from, to));
});

const linesSwapped = ofLines((lines, draw) => {
  const [one, other] = [draw.below(lines.length), draw.below(lines.length)];
  return lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
});

const lineBroken = ofLines((lines, draw) => {
  const at = draw.below(lines.length);
  const line = lines[at] ?? '';
  const column = draw.below(line.length + 1);
  return lines.toSpliced(at, 1, line.slice(0, column), line.slice(column));
});

const linesJoined = ofLines((lines, draw) => {
  const at = draw.below(lines.length);
  return lines.toSpliced(at, 2, `${lines[at] ?? ''}${lines[at + 1] ?? ''}`);
});

const lineLong = ofLines((lines, draw) => {
  const at = draw.below(lines.length);
  const line = lines[at] ?? '';
  const column = draw.below(line.length + 1);
  const filling = draw.of([' ', 'a', '0', '9', '(', '[', '{', '"', '\\', line.slice(column, column + 4) || 'x']);
  const long = filling.repeat(LONG / filling.length);
  return lines.with(at, `${line.slice(0, column)}${long}${line.slice(column)}`);
});

/** Returns a mutation that puts something in the place of one match. */
const replaced = (pattern: RegExp, by: (draw: Draw) => string): Mutation =>
  ofText((text, draw) => {
    const matches = [...text.matchAll(pattern)];
    const match = draw.among(matches);
    if (match === undefined) return text;
    return `${text.slice(0, match.index)}${asBytes(by(draw))}${text.slice(match.index + match[0].length)}`;
  });

const otherNumber = replaced(NUMBER, edgeNumber);
const otherWord = replaced(WORD, hostileWord);

const inserted = ofText((text, draw) => {
  const at = draw.below(text.length + 1);
  return `${text.slice(0, at)}${asBytes(hostileWord(draw))}${text.slice(at)}`;
});

/** Of a text of lines. */
export const LINES = oneOf(
  lineLost,
  lineDoubled,
  linesSwapped,
  lineBroken,
  linesJoined,
  lineLong,
  otherNumber,
  otherNumber,
  otherWord,
  otherWord,
  inserted,
  inserted,
);
