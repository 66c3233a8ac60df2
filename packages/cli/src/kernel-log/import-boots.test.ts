/** `dragon import boots` of folders as people have them: what is no console is left out, and said. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';

const CONSOLE = readFileSync(new URL('../../../../test/boots/consoles/late4s1-1.txt', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'dragon-boots-'));
afterAll(() => rmSync(folder, { recursive: true }));

const importBoots = async (path: string) => await dragonInProcess(['import', 'boots', path]);

test('a folder with all kinds of things: each that is left out has its line', async () => {
  const inside = join(folder, 'mixed');
  mkdirSync(join(inside, 'sub'), { recursive: true });
  symlinkSync(join(inside, 'nowhere'), join(inside, 'dangling'));
  const files = {
    'dos.txt': CONSOLE.replaceAll('\n', '\r\n'),
    'early.txt': CONSOLE.slice(0, 700),
    'empty.txt': '',
    'garbled.txt': 'tag=\u001b[2J cpus=x\n\u0000',
    'late.txt': CONSOLE.replaceAll(/^.*(?:mark_victim|Killed process|hog full).*$/gm, ''),
    'other.txt': '[    0.000000] Linux version 6.1.0\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(inside, name), text);
  const { code, out, err } = await importBoots(inside);
  expect(code).toBe(0);
  expect(err.split('\n')).toEqual([
    'dragon: dangling: there is no such file; it is left out',
    'dragon: early.txt: the console of late4s1-1 ends before its hogs start; it is left out',
    expect.stringMatching(/^dragon: garbled.txt: no console of a boot: .*; it is left out$/),
    'dragon: late.txt: nobody is killed in it, and its hogs are not done; it counts as a boot without a kill',
    'dragon: 3 files are no console of a boot: empty.txt, other.txt, sub',
    '',
  ]);
  expect(out.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^late4s1-1,late4,4,384,skip-kswapd,beyond=25 LATE=5,.*,hog,5\.961,/),
    expect.stringMatching(/^late4s1-1,late4,4,384,skip-kswapd,beyond=25 LATE=5,/),
    '',
  ]);
});

test('a console may be gzip; one that is damaged is named', async () => {
  const inside = join(folder, 'gzip');
  mkdirSync(inside);
  const bytes = gzipSync(CONSOLE);
  writeFileSync(join(inside, 'cut.gz'), bytes.subarray(0, 1_000));
  writeFileSync(join(inside, 'whole.gz'), bytes);
  const { code, out, err } = await importBoots(inside);
  expect(err).toMatch(/^dragon: cut\.gz .*; it is left out\n$/);
  expect([code, out.split('\n').slice(1)]).toEqual([
    0,
    [expect.stringMatching(/^late4s1-1,late4,4,384,skip-kswapd,beyond=25 LATE=5,.*,hog,5\.961,/), ''],
  ]);
});

test('a folder without a console says nothing of boots; what is no folder is no input', async () => {
  mkdirSync(join(folder, 'none'));
  expect((await importBoots(join(folder, 'none'))).code).toBe(3);
  const file = join(folder, 'file');
  writeFileSync(file, CONSOLE);
  expect(await importBoots(file)).toEqual({
    code: 1,
    out: '',
    err: `dragon: ${file} is no folder: give the one that has the consoles\n`,
  });
  const { code, err } = await importBoots(join(folder, 'nowhere'));
  expect([code, err]).toEqual([1, `dragon: ${folder}/nowhere cannot be read: there is no such folder\n`]);
});
