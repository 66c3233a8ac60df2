/** Reading traces from files: plain or gzip whatever the name, whole or broken off. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TraceError } from '@dragon/report';
import { readFtrace } from './ftrace-file.io.ts';
import type { KernelEvent } from './kernel-event.ts';
import { EXCERPT } from './recorded-traces.fixture.io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-ftrace-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, data: string | Uint8Array): string {
  writeFileSync(join(folder, name), data);
  return join(folder, name);
}

const ignore = { event: () => undefined, gap: () => undefined };
const text = () => readFileSync(EXCERPT);

test('gzip or not, whatever the name says', async () => {
  const plain = await readFtrace(EXCERPT, ignore);
  expect(plain).toMatchObject({ events: 940, malformed: 0, brokenOff: undefined });
  expect(await readFtrace(written('a.txt', gzipSync(text())), ignore)).toEqual(plain);
  expect(await readFtrace(written('b.gz', text()), ignore)).toEqual(plain);
});

test('compressed data that break off leave what came before', async () => {
  const whole = gzipSync(text());
  const events: KernelEvent[] = [];
  const path = written('c.gz', whole.subarray(0, whole.length - 200));
  const read = await readFtrace(path, { ...ignore, event: (event) => void events.push(event) });
  expect(read.brokenOff).toBe('its compressed data break off');
  expect(events.length).toBe(read.events);
  expect(read.events).toBeGreaterThan(400);
});

test('a last line without an end is read if it is whole, and a file without one event is no trace', async () => {
  const last = (less: number) => text().subarray(0, text().length - less);
  expect(await readFtrace(written('d', last(1)), ignore)).toMatchObject({ events: 940, malformed: 0, unended: true });
  expect(await readFtrace(written('d', last(60)), ignore)).toMatchObject({ events: 939, malformed: 1, unended: true });
  await expect(readFtrace(written('e', 'hello\nworld\n'), ignore)).rejects.toMatchObject({ code: 'not-a-trace' });
  await expect(readFtrace(written('f', ''), ignore)).rejects.toMatchObject({ code: 'not-a-trace' });
  await expect(readFtrace(written('g', new Uint8Array(3_000_000)), ignore)).rejects.toBeInstanceOf(TraceError);
  await expect(readFtrace(join(folder, 'none'), ignore)).rejects.toMatchObject({ code: 'unreadable' });
  await expect(readFtrace(folder, ignore)).rejects.toMatchObject({ code: 'unreadable' });
});

test('it tells how far it is, and stops when told to', async () => {
  const seen: number[] = [];
  await readFtrace(EXCERPT, ignore, { onProgress: ({ bytes, total }) => void seen.push(bytes / total) });
  expect(seen.at(-1)).toBe(1);
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(readFtrace(EXCERPT, ignore, { signal })).rejects.toThrow('stopped');
});
