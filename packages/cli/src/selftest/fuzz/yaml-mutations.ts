/** Mutations of YAML: aliases and what they can grow to, tags, merges, other documents, keys of objects. */
import { ANY_BYTES } from './byte-mutations.ts';
import { asBytes, type Mutation, ofText, oneOf } from './mutation.ts';
import { LINES } from './text-mutations.ts';

/** Nine lists of nine of the one before: a billion of the first, if aliases are followed. */
const LAUGHS = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...Array.from('bcdefghi', (name, i) => {
    const before = `*${String.fromCharCode(97 + i)}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => before).join(',')}]`;
  }),
].join('\n');

const PIECES: readonly [string, ...string[]] = [
  LAUGHS,
  '&a [*a]',
  '*nothing',
  '<<: {fate: drop}',
  '!!js/function "function(){}"',
  '!!binary aGVsbG8=',
  '!<tag:yaml.org,2002:set> {a, b}',
  '%YAML 1.1',
  '---',
  '...',
  '? [a, b]\n: c',
  '{a: {a: {a: 1}}}',
  '|',
  '>-\n  text',
  '@',
  '`',
  '\t- tab',
  '__proto__: {polluted: true}',
  'constructor: {prototype: {polluted: true}}',
  '0x1F',
  '.inf',
  '.nan',
  '-.inf',
  '1e999',
  '12:34:56',
  'yes',
  'null',
  '~',
  '['.repeat(3_000),
  '{a: '.repeat(3_000),
  '- '.repeat(3_000),
];

const piece: Mutation = ofText((text, draw) => {
  const lines = text.split('\n');
  const at = draw.below(lines.length + 1);
  const what = asBytes(draw.of(PIECES));
  if (draw.once(2)) return lines.toSpliced(at, draw.below(2), what).join('\n');
  const line = lines[at] ?? '';
  const colon = line.indexOf(': ');
  return lines.with(Math.min(at, lines.length - 1), `${line.slice(0, Math.max(0, colon))}: ${what}`).join('\n');
});

const indented = ofText((text, draw) => {
  const lines = text.split('\n');
  const at = draw.below(lines.length);
  return lines.with(at, `${' '.repeat(draw.small(2_000))}${lines[at] ?? ''}`).join('\n');
});

export const YAML_TEXT = oneOf(piece, piece, indented, LINES, ANY_BYTES);
