/** Tests of the format of golden transcripts: what an update keeps, and what it refuses. */
import { expect, test } from 'vitest';
import { rewrittenTranscript, type TranscriptCase, wrappedLine } from './golden-transcript.ts';

/** Says what it was given. */
const echo = ({ command, input, named }: TranscriptCase): string =>
  [command.join('+'), ...input.flatMap(({ text }) => (named.get(text) ?? [{ text }]).map((each) => each.text))].join(
    '|',
  );

const BEFORE = `# What the file is about.

let both =
one
# Comments are no input.
two


# A case.
say hello
both
three
    and more
----
an old output
of two lines

# Of the next command.
say nothing
----
`;

const AFTER = `# What the file is about.

let both =
one
# Comments are no input.
two


# A case.
say hello
both
three
    and more
----
say+hello|one|two|three and more

# Of the next command.
say nothing
----
say+nothing
`;

test('an update makes the outputs anew and keeps all else, and a second one changes nothing', () => {
  expect(rewrittenTranscript(BEFORE, 'a.txt', echo)).toBe(AFTER);
  expect(rewrittenTranscript(AFTER, 'a.txt', echo)).toBe(AFTER);
});

test('an output with empty lines stands between two double lines of dashes', () => {
  const run = ({ command }: TranscriptCase): string => (command[0] === 'long' ? 'a\n\nb\n' : 'c');
  const text = 'long\n----\n\nshort\n----\n';
  const written = 'long\n----\n----\na\n\nb\n----\n----\n\nshort\n----\nc\n';
  expect(rewrittenTranscript(text, 'a.txt', run)).toBe(written);
  expect(rewrittenTranscript(written, 'a.txt', run)).toBe(written);
});

test.each([
  ['a line of input with its file and line', 'say a\nb\n----\n', 'a.txt:1 a.txt:2'],
  ['and behind a comment', '# Why.\n\nsay a\n# And why.\nb\n----\n', 'a.txt:3 a.txt:5'],
])('a command is told %s', (_, text, places) => {
  let told = '';
  rewrittenTranscript(text, 'a.txt', ({ place, input }) => {
    told = [place, ...input.map((line) => line.place)].join(' ');
    return 'ok';
  });
  expect(told).toBe(places);
});

test.each([
  ['say a\n----\nok\n\nsay b\n', "a.txt:5: 'say b' has no ---- below, and is no 'let NAME ='"],
  ['say a\n----\nok\nsay b\n----\nok\n', 'a.txt:5: no empty line between an output and this command'],
  ['# Why.\n----\nok\n', 'a.txt:2: no command above ----'],
  ['    say a\n----\nok\n', 'a.txt:1: an indented line goes on with nothing'],
  ['let both\none\n', "a.txt:1: 'let both' has no ---- below, and is no 'let NAME ='"],
  ['let both =\n', 'a.txt:1: both is given no meaning'],
  ['let both =\none\n\nlet both =\ntwo\n', 'a.txt:4: both has a meaning already'],
])('refuses %j', (text, message) => {
  expect(() => rewrittenTranscript(text, 'a.txt', echo)).toThrow(message);
});

test('a line wider than a page is wrapped where it has a space', () => {
  const words = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
  const lines = wrappedLine(words, '    ');
  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(lines.map((line) => line.trimStart()).join(' ')).toBe(words);
  expect(wrappedLine('x'.repeat(200), '    ')).toEqual(['x'.repeat(200)]);
});
