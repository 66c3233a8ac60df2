/**
 * Every command in README, docs, help and demo: it is in the table, the words beside it are those of the table, and it
 * does what the table says. One that takes long runs shorter here, and in full in `pnpm docs:check`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '../repo/repository.ts';
import { allDocumented, helpTexts } from './all-documented.ts';
import { OUTCOMES, SCRIPTS } from './command-outcomes.ts';
import { missingFrom } from './documented-commands.ts';
import { dragonQuickly, placeFiles, typeCommand } from './type-command.ts';

const page = await allDocumented();
const helps = await helpTexts();

let [folder, before] = ['', ''];
beforeAll(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'dragon-docs-'));
  placeFiles(folder);
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

describe('the pages', () => {
  test('every command in them is in the table, and every row of the table is in them', () => {
    const documented = new Set(page.commands.map(({ command }) => command));
    expect(page.commands.filter(({ command }) => !(command in OUTCOMES)).map(said)).toEqual([]);
    expect(Object.keys(OUTCOMES).filter((command) => !documented.has(command))).toEqual([]);
  });

  test('the words beside a command are those that its row has', () => {
    const otherWords = page.commands.filter(({ command, beside, inSentence }) => {
      const { beside: known = [], notRun } = OUTCOMES[command] ?? {};
      if (notRun !== undefined) return false;
      return inSentence ? !known.some((words) => beside.includes(words)) : beside !== '' && !known.includes(beside);
    });
    expect(otherWords.map(({ beside, ...at }) => `${said(at)}  # ${beside}`)).toEqual([]);
    const unsaid = Object.entries(OUTCOMES).flatMap(([command, { beside = [] }]) =>
      beside.filter((words) => !page.commands.some((at) => at.command === command && at.beside.includes(words))),
    );
    expect(unsaid).toEqual([]);
  });

  test('commands stand in blocks for commands', () => {
    expect(page.strays).toEqual([]);
  });

  test('scripts for another machine are those that are named, and a shell can read them', () => {
    expect(page.scripts.map((script) => script.split('\n')[0])).toEqual(Object.keys(SCRIPTS));
    for (const script of page.scripts) expect(spawnSync('bash', ['-n'], { input: script }).stderr.toString()).toBe('');
  });

  test('a command that is only spoken of exists, with its options', () => {
    const { scripts } = readJson('package.json') as { scripts: Readonly<Record<string, string>> };
    const unknown = page.mentions.filter(({ text }) => {
      const [program, name = '', ...words] = text.split(' ');
      if (program === 'pnpm') return !(name in scripts);
      const help = helps.get(name);
      return help === undefined || !words.filter((word) => /^--[a-z]/.test(word)).every((word) => help.includes(word));
    });
    expect(unknown).toEqual([]);
  });
});

describe('in the table', () => {
  const rows = Object.entries(OUTCOMES).filter(([, { notRun }]) => notRun === undefined);
  test.each(rows)('%s', { timeout: 120_000 }, async (command, { shorter, exit = 0, notes = '', says = [] }) => {
    const { code, out, err } = await typeCommand(shorter ?? command, dragonQuickly);
    expect([code, withoutProgress(err)]).toEqual([exit, notes]);
    for (const words of says) expect(out).toContain(words);
    const samples = page.commands.filter((at) => at.command === command && at.output !== undefined);
    for (const { where, output = [] } of samples)
      expect(`${where}: ${missingFrom(out, output) ?? 'as printed'}`).toBe(`${where}: as printed`);
  });
});

/** What a slow machine prints every 10 s where there is no terminal. */
function withoutProgress(err: string): string {
  return err.replaceAll(/^(?:\d+ of \d+ runs|dragon: \d+ runs? to find edges took) .*\n/gm, '');
}

function said({ where, command }: { readonly where: string; readonly command: string }): string {
  return `${where}: ${command}`;
}
