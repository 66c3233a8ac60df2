/** Files that a kernel's log comes in, and files that are none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { readKernelLog } from './kernel-log-file.io.ts';
import { keptLog } from './kernel-logs.fixture.io.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
const MAIL = keptLog('mail-deadlock.txt');

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test.each([
  ['plain', MAIL],
  ['gzip', gzipSync(MAIL)],
  ['UTF-16', Buffer.from(`\ufeff${MAIL}`, 'utf16le')],
  ['zeros of a serial console', MAIL.replaceAll('\n', '\0\n')],
])('%s', async (name, content) => {
  const { dumps } = await readKernelLog(file(name, content));
  expect(dumps.map(({ tasks }) => tasks.length)).toEqual([7]);
});

test('what stands before the damage is read', async () => {
  const whole = gzipSync(MAIL + MAIL.replaceAll('65.', '66.'));
  const { dumps, brokenOff } = await readKernelLog(file('cut.gz', whole.subarray(0, whole.length - 20)));
  expect(dumps.length).toBeGreaterThan(0);
  expect(brokenOff).toBe('its compressed data break off');
});

test('a line without end costs no more than itself, and then the reading ends', async () => {
  const { dumps } = await readKernelLog(file('long', `${MAIL}\n${'x'.repeat(1 << 20)}\n`));
  expect(dumps).toHaveLength(1);
  const endless = await readKernelLog(file('endless', `${MAIL}\n${'x'.repeat(1 << 25)}`));
  expect([endless.dumps.length, endless.brokenOff]).toEqual([1, 'line 255 has no end']);
});

const EVENT = '     kswapd0-43 [000] ..... 12.345678: mm_vmscan_kswapd_wake: nid=0 order=0\n';
test.each([
  ['empty', '', "is no kernel's log: it is empty"],
  ['prose', 'hello\nworld\n', "is no kernel's log: no line of it is one that a kernel prints"],
  ['ftrace', `# tracer: nop\n#\n${EVENT}`, 'is a text of ftrace: dragon import ftrace'],
  ['ftrace without a header', EVENT.repeat(3), 'is a text of ftrace: dragon import ftrace'],
  ['trace.dat', Buffer.from('\u0017\bDtracing6\0', 'latin1'), "is trace-cmd's binary file"],
  ['perf.data', Buffer.from('PERFILE2\0\0', 'latin1'), "is perf's binary file"],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'is compressed with xz'],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'is compressed with zstd'],
  ['noise', Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256)), "is no kernel's log"],
])('%s is refused', async (name, content, message) => {
  await expect(readKernelLog(file(name, content))).rejects.toThrow(message);
});

test('a file that is not there, and a folder', async () => {
  await expect(readKernelLog(join(folder, 'missing'))).rejects.toThrow('no such file');
  await expect(readKernelLog(folder)).rejects.toThrow('it is a folder');
});
