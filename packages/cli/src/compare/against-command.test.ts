/** `dragon compare --against` before any run is made: one line says whether the words are to blame, or the file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';

const BOOTS = new URL('../../../../test/boots/boots.csv', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'dragon-against-'));
afterAll(() => rmSync(folder, { recursive: true }));

const against = async (path: string, words: string, scenario = 'late') =>
  await dragonInProcess(['compare', scenario, '--against', path, ...words.split(' ').filter(Boolean)]);

test.each([
  ['--candidate always', '--candidate does not go with --against'],
  ['--sample 4 --range inodes=1..2', '--sample does not go with --against'],
  ['--range inodes=1..2', '--range does not go with --against'],
  ['--policy throttle=always', '--policy: throttle is what each boot says of it'],
  ['--policy shrinkers=none', "--policy: unknown value for shrinkers 'none'"],
  ['--set inods=5', "--set: late: unknown parameter 'inods'; did you mean inodes?"],
  ['--seeds 3..1', "--seeds: '3..1' must begin with the lower seed"],
])('dragon compare late --against boots.csv %s is bad usage', async (words, message) => {
  const { code, out, err } = await against(BOOTS.pathname, words);
  expect(err).toContain(`dragon: ${message}`);
  expect([code, out]).toEqual([64, '']);
});

test('so is a scenario that there is not', async () => {
  const { code, err } = await against(BOOTS.pathname, '', 'lat');
  expect(code).toBe(64);
  expect(err).toContain("dragon: unknown scenario 'lat'; did you mean late?");
});

const TABLE = readFileSync(BOOTS, 'utf8');
const CUT = TABLE.slice(0, 900);
const MORE_FREE = TABLE.replaceAll(/,147,172,/g, ',147000,172,').replaceAll(',158148,', ',158148000,');

test.each([
  ['nothing', '', 'no table of boots: its first line has none of their columns'],
  ['a file of another kind', '\u001b[2J\u0000\u0001', 'no table of boots: its first line has none of their columns'],
  ['a header alone', 'cpus,policy,workload\n', 'it has no boots'],
  ['a table that is cut', CUT, 'line 6: 10 fields, and the first line has 31'],
  ['no memory', 'cpus,policy,workload\n1,always,beyond=25 LATE=5\n', 'line 2: neither mem_total_kb nor memory_mib'],
  ['more free than there is', MORE_FREE, 'late4s0-1: 301748KiB of memory cannot hold '],
  [
    'others',
    'cpus,memory_mib,policy,workload\n1,384,always,beyond=25\n',
    'no boot is one of scenario late; there are some',
  ],
])('%s is refused in a line that names the file', async (_, text, message) => {
  const path = join(folder, 'boots.csv');
  writeFileSync(path, text);
  const { code, out, err } = await against(path, '');
  expect(err.startsWith(`dragon: ${path}: ${message}`)).toBe(true);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect([code, out]).toEqual([1, '']);
});

test('a folder, and a file that is not there', async () => {
  expect(await against(folder, '')).toEqual({
    code: 1,
    out: '',
    err: `dragon: ${folder} cannot be read: it is a folder\n`,
  });
  const { err } = await against(join(folder, 'none.csv'), '');
  expect(err).toBe(`dragon: ${folder}/none.csv: there is no such file\n`);
});
