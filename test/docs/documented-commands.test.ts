/** What counts as a command in a page, and how a sample of output is compared with the output. */
import { expect, test } from 'vitest';
import { missingFrom, readExamples, readPage, shellWords } from './documented-commands.ts';

const PAGE = `\
Run \`npx dragon list\` to see
what there is; \`dragon calibrate\` fits costs.

\`\`\`sh
npx dragon run a   # it stops
# A remark
npx dragon compare a \\
  --seeds 1..2
\`\`\`

\`\`\`console
$ npx dragon run b
one
[...]
$ npx dragon run c
\`\`\`

\`\`\`bash
# A script.
echo 1
\`\`\`

\`\`\`
npx dragon run d
\`\`\`
`;

test('commands of a page, with the words beside them', () => {
  const { commands, scripts, mentions, strays } = readPage('a.md', PAGE);
  expect(commands).toEqual([
    {
      command: 'npx dragon list',
      where: 'a.md:1',
      beside: 'Run `npx dragon list` to see what there is; `dragon calibrate` fits costs.',
      inSentence: true,
    },
    { command: 'npx dragon run a', where: 'a.md:5', beside: 'it stops', inSentence: false },
    { command: 'npx dragon compare a --seeds 1..2', where: 'a.md:8', beside: 'A remark', inSentence: false },
    { command: 'npx dragon run b', where: 'a.md:12', beside: '', inSentence: false, output: ['one', '[...]'] },
    { command: 'npx dragon run c', where: 'a.md:15', beside: '', inSentence: false, output: [] },
  ]);
  expect(scripts).toEqual(['# A script.\necho 1']);
  expect(mentions).toEqual([{ text: 'dragon calibrate', where: 'a.md:1' }]);
  expect(strays).toEqual(['a.md: npx dragon run d']);
});

test('examples of a help text', () => {
  expect(readExamples('help', '\nExamples:\n  dragon            the demo\n  dragon run a -x\n    more\n')).toEqual([
    { command: 'npx dragon', where: 'help', beside: 'the demo', inSentence: false },
    { command: 'npx dragon run a -x', where: 'help', beside: '', inSentence: false },
  ]);
});

test('words, as a shell has them', () => {
  expect(shellWords(`npx dragon run a --policy 'throttle=timed(250ms)' "b c" d'e f'g`)).toEqual([
    'npx',
    'dragon',
    'run',
    'a',
    '--policy',
    'throttle=timed(250ms)',
    'b c',
    'de fg',
  ]);
});

test.each([
  [['a', 'b', 'c', 'd'], undefined],
  [['a', '[...]', 'd'], undefined],
  [['[...]', 'b', 'c', '[...]'], undefined],
  [['a', '[...]', 'b', 'c', 'd'], undefined],
  [['b', '[...]'], 'b'],
  [['a', 'c', '[...]'], 'c'],
  [['[...]', 'b', 'd'], 'd'],
  [['[...]', 'c', '[...]', 'b', '[...]'], 'b'],
  [['a', 'b'], '(the end, not c)'],
])('a sample %j of a, b, c, d', (sample, missing) => {
  expect(missingFrom('a\nb\nc\nd\n', sample)).toBe(missing);
});

test('time on the wall is not compared', () => {
  expect(missingFrom('digest 1; 1 process, 0.2 s\n', ['digest 1; 1 process, 9.9 s'])).toBeUndefined();
});
