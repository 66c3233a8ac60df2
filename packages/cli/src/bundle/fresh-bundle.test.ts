/** The bundle fits the sources, whatever happens to them, to its folder, and beside us. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freshBundle } from './fresh-bundle.mjs';
import { makeBundle } from './make-bundle.mjs';

let root = '';
let cacheFolder = '';
let notes: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dragon-bundle-test-'));
  cacheFolder = join(root, 'cache', 'programs');
  notes = [];
  mkdirSync(join(root, 'src'));
  write('hello.ts', `import { word } from './word.ts';\nconsole.log(word);`);
  say('hello');
});

afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(root, 'src', name), text);
}

const say = (word: string) => write('word.ts', `export const word: string = '${word}';`);

const bundle = () =>
  freshBundle({
    root,
    cacheFolder,
    make: (from) => makeBundle(from, { hello: 'src/hello.ts' }),
    note: (text) => notes.push(text),
  });

/** What the program of the bundle prints. */
const said = (folder: string) =>
  execFileSync(process.execPath, [join(folder, 'hello.mjs')], { encoding: 'utf8' }).trim();

const kept = () => readdirSync(cacheFolder).filter((name) => name !== 'current.json');

test('it is made once, and again when contents change, not when dates do', async () => {
  const first = await bundle();
  expect(said(first)).toBe('hello');
  utimesSync(join(root, 'src', 'word.ts'), new Date(), new Date(0));
  expect(await bundle()).toBe(first);
  say('world');
  const second = await bundle();
  expect(said(second)).toBe('world');
  say('hello');
  expect(await bundle()).toBe(first);
  expect(kept().sort()).toEqual([first, second].map((folder) => basename(folder)).sort());
});

test('a lost bundle, or a manifest that cannot be read, is made again', async () => {
  const folder = await bundle();
  rmSync(folder, { recursive: true });
  expect(said(await bundle())).toBe('hello');
  writeFileSync(join(cacheFolder, 'current.json'), '{"ro');
  expect(said(await bundle())).toBe('hello');
});

test('whoever makes it at the same time finds the same, and nothing half-written stays', async () => {
  const folders = await Promise.all([bundle(), bundle(), bundle()]);
  expect(new Set(folders).size).toBe(1);
  expect(kept()).toEqual([basename(folders[0] ?? '')]);
});

test('of broken sources, the place is told, and no older bundle runs', async () => {
  await bundle();
  write('word.ts', 'export const word = ;');
  await expect(bundle()).rejects.toThrow(/^src\/word\.ts:1:21: Unexpected ";"$/);
  say('mended');
  expect(said(await bundle())).toBe('mended');
});

test('where it cannot be kept, it is made in a temporary folder, and that is said', async () => {
  writeFileSync(join(root, 'cache'), 'a file, not a folder');
  expect(said(await bundle())).toBe('hello');
  expect(notes).toEqual([expect.stringMatching(/^the programs are bundled anew at each start, .*(?:ENOTDIR|EEXIST)/)]);
});
