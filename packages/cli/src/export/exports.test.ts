/** Exports of a recorded run: what is written, and where; nothing is left of one that failed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';
import { runProgram } from '../program.ts';
import { terminalOf } from '../terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-exports-'));
const file = (name: string) => join(folder, name);
const TRACE = file('run.trace');

beforeAll(async () => {
  const { code, err } = await dragon(['run', 'seed-deadlock', '--cpus', '1', '--trace', TRACE]);
  expect([code, err]).toEqual([2, '']);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('perfetto: a file and standard output have the same bytes', async () => {
  const out = file('run.pftrace');
  const made = await dragon(['export', 'perfetto', TRACE, '--out', out]);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toMatch(/^Perfetto trace: \S+\/run\.pftrace, \d+ rows, [\d,]+ bytes\nOpen it in \S+\n$/);
  const bytes = readFileSync(out);
  expect(bytes.includes('seed-deadlock, profile v6.1, 1 CPU, seed 1')).toBe(true);
  expect(bytes.includes('ended: deadlock')).toBe(true);
  for (const words of [[], ['--out', '-']]) {
    const piped = await dragon(['export', 'perfetto', TRACE, ...words]);
    expect([piped.code, piped.err]).toEqual([0, '']);
    expect(Buffer.from(piped.out, 'latin1').equals(bytes)).toBe(true);
  }
});

test('what is no text is refused to a terminal', async () => {
  const nothing = { write: () => undefined };
  const terminal = terminalOf({}, { ...nothing, isTTY: true }, nothing);
  const { signal } = new AbortController();
  await expect(
    runProgram(['export', 'perfetto', TRACE], { terminal, env: {}, signal, replay: undefined }),
  ).rejects.toThrow('a Perfetto trace is nothing to read on a terminal: name a file with --out');
});

test('of a trace that was cut nothing is written', async () => {
  writeFileSync(file('cut.trace'), readFileSync(TRACE).subarray(0, -60));
  const { code, err } = await dragon(['export', 'perfetto', file('cut.trace'), '--out', file('cut.pftrace')]);
  expect(code).toBe(1);
  expect(err).toMatch(/^dragon: \S+cut\.trace is truncated after \d+ rows: /);
  expect(readdirSync(folder).filter((name) => name.startsWith('cut.'))).toEqual(['cut.trace']);
});

test.each([
  [['perfeto', TRACE], 64, "unknown format 'perfeto'; did you mean perfetto?"],
  [['perfetto'], 64, 'export needs '],
  [['perfetto', TRACE, '--out', file('none/run.pftrace')], 74, 'cannot be written: there is no such folder'],
  [['perfetto', file('none.trace')], 1, 'none.trace'],
])('export %s', async (words, exit, message) => {
  const { code, out, err } = await dragon(['export', ...words]);
  expect([code, out]).toEqual([exit, '']);
  expect(err).toContain(message);
});
