/** Tests of the moments of a log: what it shows twice is offered once, and no two of them are called the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findingsJson, logFindings } from '@dragon/dmesg';
import { readKernelLog } from '@dragon/dmesg/io';
import { afterAll, expect, test } from 'vitest';
import { logMoments } from './log-moments.ts';

const LOG = readFileSync(new URL('../../../../test/kernel-logs/mail-deadlock.txt', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'log-moments-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function momentsOf(text: string): Promise<string[]> {
  const file = join(folder, 'log.txt');
  writeFileSync(file, text);
  return logMoments(findingsJson(file, logFindings(await readKernelLog(file)))).map(({ words }) => words);
}

test('a log that is there several times has no more moments than once', async () => {
  const once = await momentsOf(LOG);
  const thrice = await momentsOf(`${LOG}\n${LOG}\n${LOG}`);
  expect(thrice).toEqual(once.map((words) => `${words}, 3 times in the log`));
});

test('moments of one time that differ have their lines beside it', async () => {
  const words = await momentsOf(`${LOG}\n${LOG.replaceAll('kworker/0:0', 'kworker/0:9')}`);
  expect(new Set(words).size).toBe(words.length);
  expect(words.length).toBeGreaterThan((await momentsOf(LOG)).length);
  expect(words.at(-1)).toMatch(/^\d+\.\d{3} s \(line \d+\): \w+, \d+ tasks?$/);
});
