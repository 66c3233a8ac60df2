/** Tests of writing traces, on real files. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { planDigest, type Row } from '@dragon/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED_PLAN } from '../seed-deadlock.fixture.ts';
import { openTrace, sameStart } from './open-trace.io.ts';
import { diffLineStreams } from './trace-diff.io.ts';
import { END_MEMBER } from './trace-member.ts';
import { TraceWriter } from './trace-writer.io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-writer-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SUBJECT = { heading: 'seed, 1 CPU', command: { scenario: 'seed', seed: 1, cpus: 1 } };

/** More blocks than may wait, the last of them not full. */
const ROWS: readonly Row[] = Array.from({ length: 30_000 }, (_, i) => ({
  at: i * 10,
  to: 'kswapd/0',
  from: 'memory/0',
  seq: i,
  message: { type: 'kswapd.wake', reason: `größe ${i}`, list: [i, null, true] },
  index: i,
  state: 'sleeping',
}));

const footerOf = (rows: readonly Row[]) =>
  ({ end: true, outcome: 'completed', events: rows.length, digest: 'd', endedAt: 9 }) as const;

async function write(path: string, rows: readonly Row[] = ROWS, turnEvery = Infinity): Promise<void> {
  const writer = new TraceWriter(path, SUBJECT, SEED_PLAN);
  for (const [i, row] of rows.entries()) {
    writer.row(row);
    if (i % turnEvery === 0) await nextTurn();
  }
  await writer.finish(footerOf(rows));
}

async function readAll(path: string, from?: number): Promise<Row[]> {
  const trace = await openTrace(path);
  const rows = [];
  try {
    for await (const row of trace.rows(from)) rows.push(row);
  } finally {
    trace.close();
  }
  return rows;
}

test('what is written is read back, from the start or from any row', async () => {
  const path = join(folder, 'whole.trace');
  await write(path);
  const trace = await openTrace(path);
  expect(trace.header).toEqual({ format: 'dragon-trace', version: 5, ...SUBJECT, plan: planDigest(SEED_PLAN) });
  expect(trace.plan).toEqual(JSON.parse(JSON.stringify(SEED_PLAN)));
  expect([trace.footer, trace.unknown]).toEqual([footerOf(ROWS), []]);
  expect(await diffLineStreams(ROWS, trace.lines())).toEqual({ equal: true, rows: ROWS.length });
  trace.close();
  for (const from of [4095, 4096, 29_999, 30_000]) expect(await readAll(path, from)).toEqual(ROWS.slice(from));
});

test('the same run has the same bytes, whoever compressed its blocks; gzip prints them', async () => {
  const [busy, calm] = [join(folder, 'busy.trace'), join(folder, 'calm.trace')];
  await write(busy);
  await write(calm, ROWS, 1000);
  const bytes = readFileSync(busy);
  expect(bytes.equals(readFileSync(calm))).toBe(true);
  const lines = gunzipSync(bytes).toString('utf8').split('\n');
  expect(lines[0]).toMatch(/^\{"format":"dragon-trace","version":5,/);
  expect(JSON.parse(lines[2] ?? '')).toEqual({
    first: 0,
    last: 40_950,
    kinds: [
      ['row', 4096],
      ['facts', 0],
      ['census', 0],
    ],
  });
  // Header, plan, four lines for each of eight blocks, index, and nothing after the last newline.
  expect(lines).toHaveLength(1 + 1 + 32 + 1 + 1);
});

test('traces that begin alike are compared from the last block that both have', async () => {
  const [left, right] = [join(folder, 'left.trace'), join(folder, 'right.trace')];
  await write(left);
  await write(
    right,
    ROWS.map((row, i) => (i === 15_000 ? { ...row, state: 'awake' } : row)),
  );
  const [a, b] = [await openTrace(left), await openTrace(right)];
  expect([await sameStart(a, b), await sameStart(a, a)]).toEqual([8192, 28_672]);
  const diff = await diffLineStreams(a.lines(8192), b.lines(8192), 8192);
  expect(diff).toMatchObject({ equal: false, row: 15_001, before: ROWS.slice(14_997, 15_000) });
  a.close();
  b.close();
});

test('a file appears when it is whole, and replaces the one before it only then', async () => {
  const parent = join(folder, 'writing');
  mkdirSync(parent);
  const path = join(parent, 'a.trace');
  await write(path, ROWS.slice(0, 1));
  const writer = new TraceWriter(path, SUBJECT, SEED_PLAN);
  for (const row of ROWS) writer.row(row);
  expect(await readAll(path)).toHaveLength(1);
  expect(readdirSync(parent)).toHaveLength(2);
  writer.abandon();
  writer.abandon();
  expect(readdirSync(parent)).toEqual(['a.trace']);
  await write(path, ROWS.slice(0, 2));
  expect(await readAll(path)).toHaveLength(2);
  expect(readdirSync(parent)).toEqual(['a.trace']);
});

test('what a killed process leaves can be read as far as it goes', async () => {
  const parent = join(folder, 'killed');
  mkdirSync(parent);
  const writer = new TraceWriter(join(parent, 'a.trace'), SUBJECT, SEED_PLAN);
  for (const row of ROWS) writer.row(row);
  // Blocks are written as they are compressed; a copy of the file is what a kill would leave.
  const [partial = ''] = readdirSync(parent);
  const path = join(folder, 'left-behind.trace');
  do {
    await nextTurn();
    copyFileSync(join(parent, partial), path);
  } while (statSync(path).size < 30_000);
  writer.abandon();
  const trace = await openTrace(path);
  const rows: Row[] = [];
  const reading = (async () => {
    for await (const row of trace.rows()) rows.push(row);
  })();
  await expect(reading).rejects.toMatchObject({
    code: 'truncated',
    message: expect.stringMatching(/^\S+ is truncated after \d+ rows: it has no index$/),
  });
  expect(rows).toEqual(ROWS.slice(0, rows.length));
  expect(rows.length % 4096).toBe(0);
  expect(rows.length).toBeGreaterThan(0);
  trace.close();
});

test('a file that cannot get its name leaves nothing behind', async () => {
  const parent = join(folder, 'taken');
  const path = join(parent, 'a.trace');
  mkdirSync(parent);
  const writer = new TraceWriter(path, SUBJECT, SEED_PLAN);
  mkdirSync(path);
  await expect(writer.finish(footerOf([]))).rejects.toMatchObject({ code: 'unwritable' });
  expect(readdirSync(parent)).toEqual(['a.trace']);
});

test('where an end says a place for the index that is none, the blocks are looked for', async () => {
  const path = join(folder, 'end.trace');
  await write(path, ROWS.slice(0, 10));
  const whole = readFileSync(path);
  const end = whole.length - END_MEMBER;
  // The place is in six bytes of the head, which has no checksum: behind the end, behind any file, before the index.
  for (const [offset, byte] of [
    [22, 0xff],
    [26, 0xff],
    [21, (whole[end + 21] ?? 0) ^ 1],
  ] as const) {
    const bytes = Buffer.from(whole);
    bytes[end + offset] = byte;
    writeFileSync(path, bytes);
    await expect(readAll(path)).rejects.toMatchObject({ code: 'truncated' });
  }
});

test('writing through a symbolic link replaces what it points to; a device is written to, never replaced', async () => {
  const path = join(folder, 'target.trace');
  writeFileSync(path, '');
  symlinkSync(path, join(folder, 'link.trace'));
  await write(join(folder, 'link.trace'), []);
  expect(await readAll(path)).toEqual([]);
  await write('/dev/null', []);
  expect(readdirSync('/dev')).not.toContainEqual(expect.stringMatching(/partial/));
});

test('what cannot be written or read is said in one line', async () => {
  const missing = join(folder, 'missing', 'a.trace');
  const nowhere = { code: 'unwritable', message: `${missing} cannot be written: there is no such folder` };
  expect(() => new TraceWriter(missing, SUBJECT, SEED_PLAN)).toThrow(expect.objectContaining(nowhere));
  await expect(readAll(missing)).rejects.toMatchObject({
    name: 'TraceError',
    code: 'unreadable',
    path: missing,
    message: `${missing}: there is no such file`,
  });
  await expect(readAll(folder)).rejects.toMatchObject({
    code: 'unreadable',
    message: `${folder} cannot be read: it is a folder`,
  });
  await expect(readAll('/dev/null')).rejects.toMatchObject({
    code: 'unreadable',
    message: '/dev/null cannot be read: it is no file, so there is no place in it to look at',
  });
});

test('a disk that fills up aborts the signal while the run goes on, and the run takes no harm', async () => {
  const writer = new TraceWriter('/dev/full', SUBJECT, SEED_PLAN);
  for (const row of ROWS) writer.row(row);
  const full = { code: 'unwritable', message: '/dev/full cannot be written: no space is left on its device' };
  await new Promise((resolve) => writer.signal.addEventListener('abort', resolve));
  expect(writer.signal.reason).toMatchObject(full);
  for (const row of ROWS) writer.row(row);
  await expect(writer.finish(footerOf(ROWS))).rejects.toMatchObject(full);
});
