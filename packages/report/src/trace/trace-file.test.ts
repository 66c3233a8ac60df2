/** Tests of trace files, on real files. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planDigest, type Row } from '@dragon/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED_PLAN } from '../seed-deadlock.fixture.ts';
import { diffRowStreams } from './trace-diff.io.ts';
import { readTrace, readTraceHead, readTraceRows, TraceWriter } from './trace-file.io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SUBJECT = { heading: 'seed, 1 CPU', command: { scenario: 'seed', seed: 1, cpus: 1 } };

/** More than one chunk of the writer, and text that takes several bytes a letter. */
const ROWS: readonly Row[] = Array.from({ length: 20_000 }, (_, i) => ({
  at: i * 10,
  to: 'kswapd/0',
  from: 'memory/0',
  seq: i,
  message: { type: 'kswapd.wake', reason: `größe ${i}`, list: [i, null, true] },
  index: i,
  state: 'sleeping',
}));

function write(path: string, rows: readonly Row[] = ROWS): void {
  const writer = new TraceWriter(path, SUBJECT, SEED_PLAN);
  for (const row of rows) writer.row(row);
  writer.finish({ end: true, outcome: 'completed', events: rows.length, digest: 'd', endedAt: 9 });
}

async function readAll(path: string) {
  const lines = [];
  for await (const line of readTrace(path)) lines.push(line);
  return lines;
}

test.each(['whole.ndjson', 'whole.ndjson.gz'])('%s is read back as it was written', async (name) => {
  const path = join(folder, name);
  write(path);
  const lines = await readAll(path);
  expect(lines).toHaveLength(ROWS.length + 3);
  expect(await readTraceHead(path)).toEqual({
    header: { format: 'dragon-trace', version: 4, ...SUBJECT, plan: planDigest(SEED_PLAN) },
    plan: JSON.parse(JSON.stringify(SEED_PLAN)),
  });
  expect(await diffRowStreams(ROWS, readTraceRows(path))).toEqual({ equal: true, rows: ROWS.length });
  expect(lines.at(-1)).toMatchObject({ kind: 'footer', footer: { events: ROWS.length } });
});

test('a file appears when it is whole, and replaces the one before it only then', async () => {
  const parent = join(folder, 'writing');
  mkdirSync(parent);
  const path = join(parent, 'a.ndjson');
  write(path, ROWS.slice(0, 1));
  const writer = new TraceWriter(path, SUBJECT, SEED_PLAN);
  for (const row of ROWS) writer.row(row);
  expect(await readAll(path)).toHaveLength(4);
  expect(readdirSync(parent)).toHaveLength(2);
  writer.abandon();
  writer.abandon();
  expect(readdirSync(parent)).toEqual(['a.ndjson']);
  write(path, ROWS.slice(0, 2));
  expect(await readAll(path)).toHaveLength(5);
  expect(readdirSync(parent)).toEqual(['a.ndjson']);
});

test('writing through a symbolic link replaces what it points to; a device is written to, never replaced', async () => {
  const path = join(folder, 'target.ndjson');
  writeFileSync(path, '');
  symlinkSync(path, join(folder, 'link.ndjson'));
  write(join(folder, 'link.ndjson'), []);
  expect(await readAll(path)).toHaveLength(3);
  write('/dev/null', []);
  expect(readdirSync('/dev')).not.toContainEqual(expect.stringMatching(/partial/));
});

test('what cannot be written or read is said in one line', async () => {
  const missing = join(folder, 'missing', 'a.ndjson');
  expect(() => new TraceWriter(missing, SUBJECT, SEED_PLAN)).toThrow(
    expect.objectContaining({
      code: 'unwritable',
      message: `${missing} cannot be written: ENOENT: no such file or directory`,
    }),
  );
  await expect(readAll(missing)).rejects.toMatchObject({
    name: 'TraceError',
    code: 'unreadable',
    path: missing,
    message: `${missing} cannot be read: ENOENT: no such file or directory`,
  });
  await expect(readAll(folder)).rejects.toMatchObject({
    code: 'unreadable',
    message: `${folder} cannot be read: it is a folder`,
  });
});

test('a damaged file is told from one that is no trace, and the line is named', async () => {
  const whole = join(folder, 'whole-again.ndjson');
  write(whole, ROWS.slice(0, 3));
  const text = readFileSync(whole, 'utf8');
  const broken = join(folder, 'broken.ndjson');
  const readBroken = (content: string | Uint8Array, path = broken) => {
    writeFileSync(path, content);
    return readAll(path);
  };
  await expect(readBroken('')).rejects.toMatchObject({
    code: 'not-a-trace',
    message: `${broken} is not a trace: it is empty`,
  });
  await expect(readBroken('\u007fELF\u0000\n')).rejects.toMatchObject({ code: 'not-a-trace' });
  await expect(readBroken(text.replace('"sleeping"]', '7]'))).rejects.toMatchObject({ code: 'malformed', line: 3 });
  await expect(readBroken(text.slice(0, text.lastIndexOf('{')))).rejects.toMatchObject({
    code: 'truncated',
    message: `${broken} is truncated after 3 rows: there is no footer`,
  });
  await expect(readBroken(text.slice(0, -5))).rejects.toMatchObject({
    code: 'truncated',
    message: `${broken} is truncated after 3 rows: its last line breaks off`,
  });
  expect(await readBroken(text.trimEnd())).toHaveLength(6);
});

test('a damaged gzip file is told likewise', async () => {
  const path = join(folder, 'damaged.ndjson.gz');
  writeFileSync(path, 'plain text');
  await expect(readAll(path)).rejects.toMatchObject({ code: 'not-a-trace' });
  write(path);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length - 100));
  await expect(readAll(path)).rejects.toMatchObject({
    code: 'truncated',
    message: expect.stringMatching(/compressed data breaks off/),
  });
});
