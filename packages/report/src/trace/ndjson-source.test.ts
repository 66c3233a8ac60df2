/** Tests of NDJSON traces on a disk, gzip or not: whole, cut, damaged, and what is no trace at all. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { planDigest, type Row } from '@dragon/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ndjsonTrace } from '../../../../test/golden/ndjson-trace.ts';
import { SEED_PLAN } from '../seed-deadlock.fixture.ts';
import { ndjsonLines } from './ndjson-lines.io.ts';
import { openTrace } from './open-trace.io.ts';
import { TraceError } from './trace-error.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndjson-trace-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SUBJECT = { heading: 'seed, 1 CPU', command: { scenario: 'seed', seed: 1, cpus: 1 } };

const ROWS: readonly Row[] = Array.from({ length: 3000 }, (_, i) => ({
  at: i * 10,
  to: 'kswapd/0',
  from: 'memory/0',
  seq: i,
  message: { type: 'kswapd.wake', reason: `größe ${i}` },
  index: i,
  state: 'sleeping',
}));

const textOf = (rows: readonly Row[]) =>
  ndjsonTrace(SUBJECT, SEED_PLAN, rows, {
    end: true,
    outcome: 'completed',
    events: rows.length,
    digest: 'd',
    endedAt: 9,
  });

/** Writes a file and reads all of it. */
async function read(content: string | Uint8Array, name = 'a.ndjson', from?: number) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const trace = await openTrace(path);
  const rows = [];
  for await (const row of trace.rows(from)) rows.push(row);
  trace.close();
  return { trace, rows };
}

test('gzip or not, whatever its name, it is read', async () => {
  for (const content of [textOf(ROWS), gzipSync(textOf(ROWS))]) {
    const { trace, rows } = await read(content);
    expect(trace.header).toEqual({ format: 'dragon-trace', version: 4, ...SUBJECT, plan: planDigest(SEED_PLAN) });
    expect(trace.plan).toEqual(JSON.parse(JSON.stringify(SEED_PLAN)));
    expect(trace.footer).toMatchObject({ events: ROWS.length });
    expect(rows).toEqual(ROWS);
    expect((await read(content, 'b', 2990)).rows).toEqual(ROWS.slice(2990));
  }
});

test('a damaged file is told from one that is no trace, and the line is named', async () => {
  const text = textOf(ROWS.slice(0, 3));
  const path = join(folder, 'a.ndjson');
  await expect(read('')).rejects.toMatchObject({
    code: 'not-a-trace',
    message: `${path} is not a trace: it is empty`,
  });
  await expect(read('\u007fELF\u0000\n')).rejects.toMatchObject({ code: 'not-a-trace' });
  await expect(read(text.replace('"sleeping"]', '7]'))).rejects.toMatchObject({ code: 'malformed', line: 3 });
  await expect(read(text.slice(0, text.lastIndexOf('{')))).rejects.toMatchObject({
    code: 'truncated',
    message: `${path} is truncated after 3 rows: there is no footer`,
  });
  await expect(read(text.slice(0, -5))).rejects.toMatchObject({
    code: 'truncated',
    message: `${path} is truncated after 3 rows: its last line breaks off`,
  });
  expect((await read(text.trimEnd())).rows).toHaveLength(3);
});

test('a damaged gzip file is told likewise, and a foreign one', async () => {
  const packed = gzipSync(textOf(ROWS));
  await expect(read(packed.subarray(0, packed.length - 100))).rejects.toMatchObject({
    code: 'truncated',
    message: expect.stringMatching(/compressed data breaks off/),
  });
  await expect(read(Buffer.concat([packed.subarray(0, 40), Buffer.alloc(4000, 7)]))).rejects.toMatchObject({
    code: 'not-a-trace',
    message: expect.stringMatching(/its gzip data is damaged/),
  });
  await expect(read(gzipSync('a shopping list\n'))).rejects.toMatchObject({
    code: 'not-a-trace',
    message: expect.stringMatching(/its first line does not say "format":"dragon-trace"$/),
  });
});

test('a line without an end is given up after 16 MiB of it, packed or not', async () => {
  const endless = Buffer.alloc((1 << 24) + (1 << 16), 0);
  const gaveUp = {
    code: 'not-a-trace',
    message: expect.stringMatching(/ is not a trace: its lines have no end \(16 MiB of one were read\)$/),
  };
  await expect(read(endless)).rejects.toMatchObject(gaveUp);
  await expect(read(gzipSync(endless))).rejects.toMatchObject(gaveUp);
});

test('lines longer than what is read at once are put together, and the last of them without its newline', async () => {
  const long = ROWS.slice(0, 4).map((row) => ({
    ...row,
    message: { type: 'kswapd.wake', reasons: Array.from({ length: 200 }, () => 'ö'.repeat(1_000)) },
  }));
  expect((await read(textOf(long))).rows).toEqual(long);
  expect((await read(textOf(long).trimEnd())).rows).toEqual(long);
});

test('what is packed to fill the memory is given up, whatever its lines are', async () => {
  const [head = '', plan = '', row = ''] = textOf(ROWS).split('\n');
  let pieces = 0;
  async function* endless() {
    yield await Promise.resolve(`${head}\n${plan}\n`);
    for (; ; pieces += 1) yield `${row}\n`;
  }
  const lines = ndjsonLines('a.ndjson', endless(), (cause) => TraceError.unreadable('a.ndjson', cause), 100_000);
  await expect(async () => {
    for await (const line of lines) expect(line).toBeDefined();
  }).rejects.toThrow('a.ndjson is longer than any trace of this form that is read');
  expect(pieces).toBeLessThan(2_000);
});
