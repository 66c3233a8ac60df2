/** `dragon run` before any run is made: the latency profile that it is given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { OperationalError } from '../failure.ts';
import { readLatencyFile } from './requested-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'latency-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DELAYS = { transAlloc: { kind: 'fixed', ns: 2_182 } };

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function refused(path: string): string {
  try {
    readLatencyFile(path);
  } catch (error) {
    expect(error).toBeInstanceOf(OperationalError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

test('the delays of a profile', () => {
  const profile = {
    format: 'sleeping-dragon latency profile',
    version: 1,
    source: { file: 'x' },
    delays: DELAYS,
    fitted: [],
  };
  expect(readLatencyFile(file('good.json', JSON.stringify(profile)))).toEqual(DELAYS);
});

test('what is wrong with a file is said in a line, with its name', () => {
  const bad = file('bad.json', '{}');
  expect(refused(bad)).toMatch(new RegExp(`^${bad}: [^\n]+$`));
  expect(refused(join(folder, 'none.json'))).toBe(`${join(folder, 'none.json')}: there is no such file`);
  expect(refused(folder)).toBe(`${folder} cannot be read: it is a folder`);
});
