/** Every command's text keeps within the page, narrow or wide; only words that cannot be broken may stand out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from './dragon-in-process.fixture.ts';

const EXCERPT = fileURLToPath(new URL('../../ftrace/src/excerpt.fixture.txt', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pages-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WIDTHS = [60, 80, 120];

const COMMANDS = [
  'demo',
  'list',
  'run',
  'compare',
  'selftest',
  'sweep',
  'chaos',
  'shrink',
  'join',
  'replay',
  'diff',
  'import',
  'conform',
  'calibrate',
  'schema',
  'explain',
  'completion',
  'version',
  'doctor',
];

/** Lines that the kernel prints like this, and nobody folds. */
const KERNEL = /^(?:INFO: |"echo 0 |task:|\[ *\d+\.\d{6}\] |Workqueue: )/;

/** Returns the lines that are too long though they could be broken. */
function tooLong(text: string, width: number): string[] {
  return text.split('\n').filter((line) => {
    const words = line.trim().split(' ');
    return line.length > width && words.length > 1 && !KERNEL.test(line);
  });
}

test.each([
  ['--help'],
  ...COMMANDS.map((name) => [`${name} --help`]),
  ['list'],
  ['chaos list'],
  ['schema'],
  ['explain'],
  ['version'],
  ['doctor --machines'],
  ['run seed-deadlock'],
  ['run seed-direct-reclaim --policy throttle=watermarks(256,64),shrinkers=srcu --until 9s'],
  ['run stuck-disk --stats'],
  [`import ftrace ${EXCERPT}`],
  [`conform ${EXCERPT}`],
  [`calibrate ${EXCERPT}`],
  ['sweep seed-deadlock --seeds 1..3'],
])('dragon %s', async (line) => {
  for (const width of WIDTHS) {
    const { code, out } = await dragonInProcess(line.split(' '), { COLUMNS: String(width) });
    expect([0, 2]).toContain(code);
    expect(out.split('\n').length).toBeGreaterThan(3);
    expect(tooLong(out, width)).toEqual([]);
  }
});

test('replay and diff', async () => {
  const [one, two] = [join(folder, 'one.trace'), join(folder, 'two.trace')];
  await dragonInProcess(['run', 'seed-deadlock', '--trace', one]);
  await dragonInProcess(['run', 'seed-deadlock', '--policy', 'throttle=skip-kswapd', '--until', '3s', '--trace', two]);
  for (const width of WIDTHS)
    for (const words of [
      ['replay', one],
      ['diff', one, two],
    ]) {
      const { code, out } = await dragonInProcess(words, { COLUMNS: String(width) });
      expect(code).toBe(words[0] === 'diff' ? 2 : 0);
      expect(tooLong(out, width)).toEqual([]);
    }
});
