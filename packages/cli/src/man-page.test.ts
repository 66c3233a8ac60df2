/**
 * The manual page in man/dragon.1 is the one that the command's help makes, and groff and mandoc take it.
 * `UPDATE_GOLDEN=1` writes it anew.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { terminalStyle } from '@dragon/report';
import { describe, expect, test } from 'vitest';
import { ENDLESS, manPage } from './man-page.ts';
import { commandTree } from './program.ts';
import { PROGRAM_VERSION } from './program-version.ts';

const FILE = fileURLToPath(new URL('../../../man/dragon.1', import.meta.url));

const nothing = () => undefined;
const terminal = {
  colour: false,
  style: terminalStyle(false),
  width: ENDLESS,
  isTerminal: false,
  print: nothing,
  note: nothing,
};
const program = commandTree(
  {
    terminal: { ...terminal, printBytes: nothing, live: nothing, still: nothing },
    env: {},
    signal: new AbortController().signal,
    replay: undefined,
  },
  nothing,
);
const changes = readFileSync(new URL('../../../CHANGELOG.md', import.meta.url), 'utf8');
const [, date = ''] = changes.split(`## [${PROGRAM_VERSION}] - `);
const page = manPage(program, date.slice(0, 'YYYY-MM-DD'.length));

test('the page is that of the command as it is', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(new URL('.', `file://${FILE}`), { recursive: true });
    writeFileSync(FILE, page);
  }
  expect(readFileSync(FILE, 'utf8')).toBe(page);
});

const groff = (...words: string[]) => spawnSync('groff', ['-man', ...words], { input: page, encoding: 'utf8' });
const hasGroff = groff('-z').error === undefined;

describe.skipIf(!hasGroff)(hasGroff ? 'groff' : 'groff (left out: this machine has none)', () => {
  test('has no complaint', () => {
    const { status, stderr } = groff('-ww', '-z');
    expect([status, stderr]).toEqual([0, '']);
  });

  test('prints every command and option, and none that there is not', () => {
    const { stdout } = groff('-Tascii', '-P-cbou', '-rLL=200n');
    const help = program.createHelp();
    const commands = [program, ...help.visibleCommands(program)];
    const flags = commands.flatMap((command) => help.visibleOptions(command).map((option) => option.long ?? ''));
    for (const command of help.visibleCommands(program)) expect(stdout).toContain(`\n   dragon ${command.name()}`);
    for (const flag of flags) expect(stdout).toContain(flag);
    const printed = stdout.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
    expect(printed.filter((flag) => !flags.includes(flag))).toEqual([]);
  });
});

const mandoc = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: page, encoding: 'utf8' });
const hasMandoc = mandoc.error === undefined;

test.skipIf(!hasMandoc)(hasMandoc ? 'mandoc warns of nothing' : 'mandoc (left out: this machine has none)', () => {
  expect([mandoc.status, mandoc.stdout]).toEqual([0, '']);
});
