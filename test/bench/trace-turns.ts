/** Traces: rows of a run written, read, and found again in a long one. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { LocalRun, type Row } from '@dragon/engine';
import { blockAt, kernelFinders, readIndex, readRows } from '@dragon/report';
import { answerReading, openTrace, TraceFile, TraceWriter } from '@dragon/report/io';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { takeTurns } from './take-turns.ts';

/** Rows of the run, and of the long trace. */
const [most, long] = process.argv.slice(2).map(Number) as [number, number];
const REQUEST = requestRun(readRun({ scenario: 'big-cache-50k' }));
const PLAN = REQUEST.plan();
/** Rows that a run hands out before the event loop turns. */
const SLICE = 1_024;

const folder = mkdtempSync(join(tmpdir(), 'dragon-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const [TRACE, NDJSON, LONG] = ['a.trace', 'a.ndjson.gz', 'long.trace'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

function recordedRows(): Row[] {
  const rows: Row[] = [];
  const { finders } = kernelFinders();
  const run = new LocalRun(PLAN, DEFINITIONS, { finders, onRow: (row) => rows.push(row) });
  while (rows.length < most && run.advance(SLICE));
  return rows;
}

const rows = recordedRows();

/** Writes rows as a run does, in slices; returns the milliseconds for which the run would have waited. */
async function writeTrace(path: string, all: readonly Row[]): Promise<number> {
  let waited = 0;
  const writer = new TraceWriter(path, REQUEST, PLAN);
  for (let start = 0; start < all.length; start += SLICE) {
    const slice = all.slice(start, start + SLICE);
    const began = performance.now();
    for (const row of slice) writer.row(row);
    waited += performance.now() - began;
    await nextTurn();
  }
  const endedAt = all.at(-1)?.at ?? 0;
  await writer.finish({ end: true, outcome: 'completed', events: all.length, digest: 'none', endedAt });
  return waited;
}

/** Writes rows as a line of text each, compressed by the run's own thread. */
function writeNdjson(): void {
  const parts: Uint8Array[] = [];
  let text = '';
  for (const { at, to, from, seq, message, state } of rows) {
    text += `${JSON.stringify([at, to, from, seq, message, state])}\n`;
    if (text.length < 1 << 20) continue;
    parts.push(gzipSync(text));
    text = '';
  }
  parts.push(gzipSync(text));
  writeFileSync(NDJSON, Buffer.concat(parts));
}

async function readAll(): Promise<void> {
  const trace = await openTrace(TRACE);
  let count = 0;
  for await (const row of trace.rows()) count += row.index < 0 ? 0 : 1;
  if (count !== trace.footer?.events) throw new Error('rows are missing');
  trace.close();
}

/** The rows over and over, each time later. */
async function writeLong(): Promise<void> {
  const all = Array.from({ length: long }, (_, i): Row => {
    const round = Math.floor(i / rows.length);
    const row = rows[i % rows.length] as Row;
    return { ...row, at: row.at + round * PLAN.until, seq: row.seq + round * long };
  });
  await writeTrace(LONG, all);
  instant = all[Math.floor(long / 2)]?.at ?? 0;
}

let instant = 0;

/** Reads what it takes to show an instant in the middle; returns how many bytes that is. */
async function openAtInstant(): Promise<number> {
  let bytes = 0;
  const file = TraceFile.open(LONG);
  const counted = {
    path: LONG,
    size: file.size,
    read: (offset: number, length: number) => {
      bytes += length;
      return file.read(offset, length);
    },
    unpack: (member: Uint8Array) => file.unpack(member),
  };
  const index = await answerReading(counted, readIndex(counted));
  await answerReading(counted, readRows(counted, index, blockAt(index.blocks, instant)));
  file.close();
  return bytes;
}

const WORK = { trace: () => writeTrace(TRACE, rows), text: writeNdjson, read: readAll, writeLong, open: openAtInstant };
const FILES: Readonly<Record<string, string>> = { trace: TRACE, text: NDJSON, writeLong: LONG };

/** Answers with the seconds of CPU of all threads, how many rows there were, the file's size, and what else is said. */
await takeTurns(async (order) => {
  const before = process.cpuUsage();
  const said = await WORK[order as keyof typeof WORK]();
  const { user, system } = process.cpuUsage(before);
  const file = FILES[order as string];
  const size = file === undefined ? 0 : statSync(file).size;
  return { seconds: (user + system) / 1e6, rows: rows.length, size, said: said ?? 0 };
});
