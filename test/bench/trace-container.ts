/** Traces: what it costs to write one, beside NDJSON of the same rows, and to open a long one at an instant. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { LocalRun, type Row } from '@dragon/engine';
import { blockAt, kernelFinders, readIndex, readRows, type TraceFooter } from '@dragon/report';
import { answerReading, openTrace, TraceFile, TraceWriter } from '@dragon/report/io';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { median } from './figures.ts';

interface TraceFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const ROUNDS = 3;
const LONG = 1_000_000;
const REQUEST = requestRun(readRun({ scenario: 'big-cache-50k' }));
const PLAN = REQUEST.plan();

/** Rows that a run hands out before the event loop turns. */
const SLICE = 1024;

/** Prints the figures. */
export async function traceContainer(): Promise<void> {
  console.log('Traces: the container over NDJSON in gzip, rows of big-cache-50k');
  for (const { name, value, unit } of await measureTrace()) console.log(`${name}: ${value.toPrecision(3)} ${unit}`);
}

/** Ends in about 20 s. CPU is that of all threads of the process. */
async function measureTrace(): Promise<TraceFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'trace-bench-'));
  try {
    const rows = recordedRows();
    const [path, ndjson] = [join(folder, 'a.trace'), join(folder, 'a.ndjson.gz')];
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push({
        text: await cpuOf(() => writeNdjson(ndjson, rows)),
        trace: await cpuOf(() => writeTrace(path, rows)),
      });
    const size = statSync(path).size;
    const perRow = (milliseconds: number) => (1000 * milliseconds) / rows.length;
    const reading = await cpuOf(() => readAll(path));
    return [
      { name: 'trace, a row', value: size / rows.length, unit: 'bytes' },
      { name: 'size over NDJSON', value: size / statSync(ndjson).size, unit: 'x' },
      {
        name: 'writing over NDJSON',
        value: median(rounds.map(({ text, trace }) => trace.cpu / text.cpu)),
        unit: 'x CPU',
      },
      { name: 'writing a row', value: perRow(median(rounds.map(({ trace }) => trace.cpu))), unit: 'us of CPU' },
      {
        name: 'the run waits, a row',
        value: perRow(Math.min(...rounds.map(({ trace }) => trace.result))),
        unit: 'us at best',
      },
      { name: 'reading a row', value: perRow(reading.cpu), unit: 'us of CPU' },
      ...(await openingFigures(join(folder, 'long.trace'), rows)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function recordedRows(): Row[] {
  const rows: Row[] = [];
  const run = new LocalRun(PLAN, DEFINITIONS, {
    finders: kernelFinders().finders,
    onRow: (row) => rows.push(row),
  });
  while (run.advance(SLICE));
  return rows;
}

const footerOf = (rows: readonly Row[]): TraceFooter => ({
  end: true,
  outcome: 'completed',
  events: rows.length,
  digest: 'none',
  endedAt: rows.at(-1)?.at ?? 0,
});

/** Writes rows as a run does, in slices; returns the milliseconds for which the run would have waited. */
async function writeTrace(path: string, rows: readonly Row[]): Promise<number> {
  let waited = 0;
  const writer = new TraceWriter(path, REQUEST, PLAN);
  for (let start = 0; start < rows.length; start += SLICE) {
    const slice = rows.slice(start, start + SLICE);
    const began = performance.now();
    for (const row of slice) writer.row(row);
    waited += performance.now() - began;
    await nextTurn();
  }
  await writer.finish(footerOf(rows));
  return waited;
}

/** Writes rows as version 4 of the format had them: a line each, compressed by the run's own thread. */
function writeNdjson(path: string, rows: readonly Row[]): void {
  const parts: Uint8Array[] = [];
  let text = '';
  for (const { at, to, from, seq, message, state } of rows) {
    text += `${JSON.stringify([at, to, from, seq, message, state])}\n`;
    if (text.length < 1 << 20) continue;
    parts.push(gzipSync(text));
    text = '';
  }
  parts.push(gzipSync(text));
  writeFileSync(path, Buffer.concat(parts));
}

async function readAll(path: string): Promise<void> {
  const trace = await openTrace(path);
  let rows = 0;
  for await (const row of trace.rows()) rows += row.index < 0 ? 0 : 1;
  if (rows !== trace.footer?.events) throw new Error('rows are missing');
  trace.close();
}

/** What it takes to show an instant in the middle of a million rows. */
async function openingFigures(path: string, rows: readonly Row[]): Promise<TraceFigure[]> {
  const long = Array.from({ length: LONG }, (_, i): Row => {
    const row = rows[i % rows.length] ?? rows[0];
    if (row === undefined) throw new Error('there are no rows');
    const round = Math.floor(i / rows.length);
    return { ...row, at: row.at + round * PLAN.until, seq: row.seq + round * LONG };
  });
  await writeTrace(path, long);
  const instant = long[LONG / 2]?.at ?? 0;
  let bytes = 0;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const file = TraceFile.open(path);
    bytes = 0;
    const counted = {
      path,
      size: file.size,
      read: (offset: number, length: number) => {
        bytes += length;
        return file.read(offset, length);
      },
      unpack: (member: Uint8Array) => file.unpack(member),
    };
    const { cpu } = await cpuOf(async () => {
      const index = await answerReading(counted, readIndex(counted));
      return answerReading(counted, readRows(counted, index, blockAt(index.blocks, instant)));
    });
    times.push(cpu);
    file.close();
  }
  return [
    { name: 'a million rows', value: statSync(path).size / 1e6, unit: 'MB' },
    { name: 'opened at an instant', value: median(times), unit: 'ms of CPU' },
    { name: 'read for that', value: bytes / 1000, unit: 'kB' },
  ];
}

async function cpuOf<T>(work: () => T | Promise<T>): Promise<{ readonly cpu: number; readonly result: T }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, result };
}
