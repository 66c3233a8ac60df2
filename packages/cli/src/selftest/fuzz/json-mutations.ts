/** Mutations of JSON, one value or a line for each: a tree that was changed, and text that only looks like one. */
import { mutatedTree } from './tree-mutations.ts';
import { edgeNumber } from './hostile-words.ts';
import { asBytes, type Mutation, ofText, oneOf } from './mutation.ts';
import { LINES } from './text-mutations.ts';
import { ANY_BYTES } from './byte-mutations.ts';

/** Of a text with a JSON value in each line, or in all of them together. */
const otherTree: Mutation = (input, draw) => {
  const lines = input.toString('utf8').split('\n');
  const whole = parsed(input.toString('utf8'));
  if (whole !== undefined) return Buffer.from(text(mutatedTree(whole, draw)));
  const at = draw.below(lines.length);
  const value = parsed(lines[at] ?? '');
  if (value === undefined) return input;
  return Buffer.from(lines.with(at, text(mutatedTree(value, draw))).join('\n'));
};

/** A number that JSON has and JavaScript does not, as `1e309`, or the other way round. */
const otherNumber = ofText((input, draw) => {
  const numbers = [...input.matchAll(/-?\d[\d.eE+-]*/g)];
  const match = draw.among(numbers);
  if (match === undefined) return input;
  return `${input.slice(0, match.index)}${edgeNumber(draw)}${input.slice(match.index + match[0].length)}`;
});

/** The same key once more, behind the first: which of them counts? */
const keyTwice = ofText((input, draw) => {
  const keys = [...input.matchAll(/"[^"\\]*":/g)];
  const match = draw.among(keys);
  if (match === undefined) return input;
  const value = draw.of(['null', '[]', '-1', '"\\u001b[31m"', '{"__proto__":{"polluted":true}}']);
  return `${input.slice(0, match.index)}${asBytes(`${match[0]}${value},`)}${input.slice(match.index)}`;
});

export const JSON_TEXT = oneOf(otherTree, otherTree, otherTree, otherNumber, keyTwice, LINES, ANY_BYTES);

/** `JSON.stringify` has a stack: what is nested deeper than that is written without one. */
function text(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
