/** An NDJSON trace on a disk, gzip or not, as a source of rows: read from its start, line by line. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Json, Row } from '@dragon/engine';
import { ndjsonLines } from './ndjson-lines.io.ts';
import type { NdjsonParser } from './ndjson-parser.ts';
import { TraceError } from './trace-error.ts';
import { TraceFile } from './trace-file.io.ts';
import type { TraceFooter, TraceHeader } from './trace-format.ts';
import { traceLacks } from './trace-index.ts';
import type { TracePiece, TraceSource } from './trace-source.ts';

/** Rows in a piece. */
const PIECE = 4_096;

export class NdjsonSource implements TraceSource {
  readonly path: string;
  readonly header: TraceHeader;
  readonly plan: Json;
  readonly unknown = [];
  readonly lacks = traceLacks({ blocks: [] });
  #footer: TraceFooter | undefined;

  private constructor(path: string, header: TraceHeader, plan: Json) {
    this.path = path;
    this.header = header;
    this.plan = plan;
  }

  /** Takes the file over: what is read of it here is read by name, as each pass begins at its start. */
  static async open(file: TraceFile): Promise<NdjsonSource> {
    file.close();
    let header: TraceHeader | undefined;
    for await (const line of linesOf(file.path)) {
      if (line.kind === 'header') header = line.header;
      else if (line.kind === 'plan' && header !== undefined) return new NdjsonSource(file.path, header, line.plan);
    }
    throw new Error('the parser takes a header and a plan, or throws');
  }

  get footer(): TraceFooter | undefined {
    return this.#footer;
  }

  async *rows(from = 0): AsyncGenerator<Row, void, undefined> {
    let before = 0;
    for await (const line of linesOf(this.path)) {
      if (line.kind === 'footer') this.#footer = line.footer;
      if (line.kind !== 'row') continue;
      if (before >= from) yield line.row;
      before += 1;
    }
  }

  /** It was written before there were rules. */
  lines(from = 0): AsyncGenerator<Row, void, undefined> {
    return this.rows(from);
  }

  async *pieces(): AsyncGenerator<TracePiece, void, undefined> {
    let rows: Row[] = [];
    for await (const row of this.rows()) {
      rows.push(row);
      if (rows.length < PIECE) continue;
      yield { rows, facts: [], census: [], verdicts: [] };
      rows = [];
    }
    yield { rows, facts: [], census: [], verdicts: [] };
  }

  close(): void {
    // Each pass closes what it has opened.
  }
}

const linesOf = (path: string) => ndjsonLines(path, textOf(path), (cause, parser) => asTraceError(cause, path, parser));

async function* textOf(path: string): AsyncGenerator<string, void, undefined> {
  const packed = await isGzip(path);
  const bytes = createReadStream(path);
  let text: Readable = bytes;
  if (packed) {
    text = bytes.pipe(createGunzip());
    bytes.on('error', (error) => text.destroy(error));
  }
  text.setEncoding('utf8');
  try {
    yield* text as AsyncIterable<string>;
  } finally {
    text.destroy();
    bytes.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = TraceFile.open(path);
  try {
    const [first, second] = await file.read(0, 2);
    return first === 0x1f && second === 0x8b;
  } finally {
    file.close();
  }
}

function asTraceError(cause: unknown, path: string, parser: NdjsonParser): TraceError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'Z_BUF_ERROR') return parser.truncated('its compressed data breaks off', cause);
  if (code === 'Z_DATA_ERROR')
    return new TraceError('not-a-trace', path, `${path} is not a trace: its gzip data is damaged`, undefined, cause);
  return TraceError.unreadable(path, cause);
}
