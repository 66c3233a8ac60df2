/** Files that are meant to fill the memory, or never end: each command gives up in a line, after as much as it says. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from './dragon-in-process.fixture.ts';
import { jsonLine } from './json/json-output.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** 6 GiB in 6 MB: members of 16 MiB each, one behind the other, of one byte over and over. */
function bomb(name: string, start: string, byte: number): string {
  const path = join(folder, name);
  const member = gzipSync(Buffer.alloc(1 << 24, byte));
  writeFileSync(path, gzipSync(start));
  appendFileSync(path, Buffer.concat(Array.from({ length: 384 }, () => member)));
  return path;
}

const zeros = bomb('zeros.gz', '', 0);
const letters = bomb('letters.gz', '', 0x61);
const trace = bomb('trace.gz', '{"format":"dragon-trace",', 0x20);
const log = bomb('log.gz', '[    1.000000] INFO: task a:1 blocked for more than 120 seconds.\n', 0x61);
const LONG = ['run', 'seed-deadlock', '--cpus', '1', '--until', '1ms'];
const COMPARED = ['compare', 'short-queue', '--seeds', '1', '--until', '1ms', '--state', '/dev/zero'];

test.each([
  ['import', 'ftrace', zeros],
  ['import', 'ftrace', letters],
  ['import', 'dmesg', letters],
  ['replay', zeros],
  ['replay', trace],
  ['export', 'perfetto', trace, '--out', join(folder, 'out')],
  ['replay', '/dev/zero'],
  ['import', 'dmesg', '/dev/zero'],
  [...LONG, '--latency', '/dev/zero'],
  [...LONG, '--plan', '/dev/zero'],
  COMPARED,
])('dragon %s %s %s', async (...words) => {
  const { code, err } = await dragonInProcess(words);
  expect(code).toBe(1);
  expect(err).toMatch(/no end|is not a text of ftrace|no kernel's log|is no file|longer than|binary|is not text/);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('what stands before a line without end is read', async () => {
  const { code, out, err } = await dragonInProcess(['import', 'dmesg', log]);
  expect(code).not.toBe(0);
  expect(out).toContain('  a: pid 1, state D, blocked for more than 120 s');
  expect(err).toContain('line 2 has no end; what stands before it is read');
});

test('--json has nothing in it that a terminal obeys, and says the same', () => {
  const name = '\u009b31m\u202eexe\u001b]0;x\u0007\u{e0041}';
  const line = jsonLine('list', { name });
  expect(line).toBe(JSON.stringify(JSON.parse(line)).replace(/[\u007f-\u{10ffff}]/gu, escapedUnits) + '\n');
  expect(JSON.parse(line)).toMatchObject({ name });
  expect(Array.from(line.trimEnd()).every((character) => character >= ' ' && character <= '~')).toBe(true);
});

const escapedUnits = (character: string) =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
