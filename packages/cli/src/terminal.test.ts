/** Nothing that others wrote reaches a terminal as something to obey. */
import { FederationError } from '@dragon/federation';
import { expect, test } from 'vitest';
import { dragonInProcess } from './dragon-in-process.fixture.ts';
import { explainFailure } from './failure.ts';
import { terminalOf } from './terminal.ts';

const EVIL = '\u001b[31mEVIL\u001b]0;pwn\u0007\u009b2J\u202e';
const HARMLESS = '\\x1b[31mEVIL\\x1b]0;pwn\\x07\\x9b2J\\u202e';

function screen(columns = 80) {
  let [out, err] = ['', ''];
  const terminal = terminalOf(
    {},
    { isTTY: true, columns, write: (text) => void (out += text) },
    { isTTY: true, columns, write: (text) => void (err += text) },
  );
  return { terminal, out: () => out, err: () => err };
}

test('notices and live lines are made safe; only the erasing of the live line is ours', () => {
  const { terminal, err } = screen();
  terminal.live(`one\r${EVIL}\ntwo`);
  terminal.note(`dragon: ${EVIL}\n    ${EVIL}`);
  expect(err()).toBe(`\r\u001b[Kone\\x0d${HARMLESS}\\x0atwo\r\u001b[Kdragon: ${HARMLESS}\n    ${HARMLESS}\n`);
});

test('a live line is no longer than the terminal is wide, also where it is made longer', () => {
  const { terminal, err } = screen(20);
  terminal.live('\u0007'.repeat(30));
  expect(err()).toBe(`\r\u001b[K${'\\x07'.repeat(30).slice(0, 19)}`);
});

test.each(['agent-fault', 'lost-federate', 'silent'] as const)('a forged frame that ends a run: %s', (code) => {
  const { terminal, err } = screen();
  const error = new FederationError(code, `agent kswapd/0 failed: ${EVIL}\rdragon: all is well\ndragon: all is well`);
  terminal.note(explainFailure(error, { usage: '', replay: undefined }).lines.join('\n'));
  expect(err()).toContain(HARMLESS);
  expect(
    err()
      .split('\n')
      .filter((line) => line.startsWith('dragon: ')),
  ).toHaveLength(1);
  expect(err()).not.toMatch(/(?!\n)\p{Cc}/u);
});

test.each([
  ['replay', EVIL],
  ['diff', EVIL, EVIL],
  ['import', 'ftrace', EVIL],
  ['import', 'dmesg', EVIL],
  ['conform', EVIL],
  ['calibrate', EVIL],
  ['run', 'seed-deadlock', '--latency', EVIL],
])('a file name in the messages of %s', async (...words) => {
  const { code, err } = await dragonInProcess(words);
  expect(err).toBe(`dragon: ${HARMLESS}: there is no such file\n`);
  expect(code).toBe(1);
});

test.each([
  ['run', EVIL],
  ['run', 'seed-deadlock', '--policy', EVIL],
  [EVIL],
  ['run', 'seed-deadlock', `--${EVIL}`],
  ['explain', EVIL],
])('words of the command line: %j', async (...words) => {
  const { code, err } = await dragonInProcess(words);
  expect(err).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  expect(code).toBe(64);
});
