/**
 * Trace files: a writer that leaves a whole file or none, and a reader that goes line by line. A name in `.gz` means
 * gzip.
 */
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import type { Json, Plan, Row } from '@dragon/engine';
import { TraceError } from './trace-error.ts';
import {
  formatTraceEnd,
  formatTraceHead,
  formatTraceRow,
  type TraceFooter,
  type TraceHeader,
  type TraceSubject,
} from './trace-format.ts';
import { type TraceLine, TraceParser } from './trace-parser.ts';

/** Characters gathered before they are written. */
const CHUNK = 1 << 20;

/** No row is near this long: a file without newlines is not a trace, and is not read to its end to find out. */
const LONGEST_LINE = 1 << 26;

/**
 * Writes a trace while its run goes on, in constant memory: a run hands out rows without ever waiting, so the writer
 * does not wait either. The file appears under its name when `finish` returns; until then its rows are in a temporary
 * file beside it. Every method may throw a `TraceError`, and has removed the temporary file then.
 */
export class TraceWriter {
  readonly path: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #gzip: boolean;
  #file: number | undefined;
  #text: string;

  constructor(path: string, subject: TraceSubject, plan: Plan) {
    this.path = path;
    this.#gzip = path.endsWith('.gz');
    this.#text = formatTraceHead(subject, plan);
    const { target, special } = resolveTarget(path);
    this.#target = target;
    // A device or a pipe cannot be replaced by renaming: it is written to directly.
    this.#temporary = special ? target : `${target}.${process.pid}.partial`;
    this.#attempt(() => {
      // What a killed process with our number left behind; never a link that somebody put there.
      if (!special) rmSync(this.#temporary, { force: true });
      this.#file = openSync(this.#temporary, special ? 'w' : 'wx');
    });
  }

  row(row: Row): void {
    this.#text += formatTraceRow(row);
    if (this.#text.length >= CHUNK) this.#attempt(() => this.#flush());
  }

  /** Writes the footer and gives the file its name. */
  finish(footer: TraceFooter): void {
    this.#attempt(() => {
      this.#text += formatTraceEnd(footer);
      this.#flush();
      this.#close();
      if (this.#temporary !== this.#target) renameSync(this.#temporary, this.#target);
    });
  }

  /** Gives up: removes what was written. Does nothing after `finish`. */
  abandon(): void {
    if (this.#file === undefined) return;
    this.#close();
    if (this.#temporary !== this.#target) rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    if (this.#file === undefined) throw new Error('it is closed');
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    // Gzip members that follow each other are one gzip file (RFC 1952, 2.2).
    let rest: Uint8Array = this.#gzip ? gzipSync(bytes) : bytes;
    while (rest.length > 0) rest = rest.subarray(writeSync(this.#file, rest));
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (cause) {
      this.abandon();
      throw new TraceError(
        'unwritable',
        this.path,
        `${this.path} cannot be written: ${reasonOf(cause)}`,
        undefined,
        cause,
      );
    }
  }
}

/** Follows a symbolic link, so that finishing replaces the file and not the link. */
function resolveTarget(path: string): { target: string; special: boolean } {
  try {
    return { target: realpathSync(path), special: !statSync(path).isFile() };
  } catch {
    return { target: path, special: false };
  }
}

/**
 * Yields header, plan, rows and footer; throws a `TraceError` at the first line that does not fit, or if the footer is
 * missing.
 */
export async function* readTrace(path: string): AsyncGenerator<TraceLine, void, undefined> {
  const parser = new TraceParser(path);
  let rest = '';
  try {
    for await (const chunk of openText(path)) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE)
        throw new TraceError('not-a-trace', path, `${path} is not a trace: its lines have no end`);
      for (const line of lines) yield parser.parse(line);
    }
  } catch (cause) {
    throw asTraceError(cause, path, parser);
  }
  if (rest !== '') yield lastLine(rest, parser);
  parser.finish();
}

/** The first two lines of a trace. `plan` is the one that was recorded; whether it can be run is not known yet. */
export interface TraceHead {
  readonly header: TraceHeader;
  readonly plan: Json;
}

/** Returns what a trace says of its run, and reads no further. */
export async function readTraceHead(path: string): Promise<TraceHead> {
  let header: TraceHeader | undefined;
  for await (const line of readTrace(path)) {
    if (line.kind === 'header') header = line.header;
    else if (line.kind === 'plan' && header !== undefined) return { header, plan: line.plan };
  }
  throw new Error('the parser takes a header and a plan, or throws');
}

/** Yields the rows of a trace. */
export async function* readTraceRows(path: string): AsyncGenerator<Row, void, undefined> {
  for await (const line of readTrace(path)) if (line.kind === 'row') yield line.row;
}

async function* openText(path: string): AsyncGenerator<string, void, undefined> {
  // Opened and looked at first: a folder opens like a file, and only fails when it is read.
  const file = openSync(path, 'r');
  if (fstatSync(file).isDirectory()) {
    closeSync(file);
    throw new Error('it is a folder');
  }
  const bytes = createReadStream(path, { fd: file });
  let text: Readable = bytes;
  if (path.endsWith('.gz')) {
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

/** A line without a newline is a line that lost its end, unless it is whole by luck. */
function lastLine(text: string, parser: TraceParser): TraceLine {
  try {
    return parser.parse(text);
  } catch (cause) {
    const broken = cause instanceof TraceError && cause.code === 'malformed';
    throw broken ? parser.truncated('its last line breaks off', cause) : cause;
  }
}

function asTraceError(cause: unknown, path: string, parser: TraceParser): TraceError {
  if (cause instanceof TraceError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'Z_BUF_ERROR') return parser.truncated('its compressed data breaks off', cause);
  if (code === 'Z_DATA_ERROR')
    return new TraceError('not-a-trace', path, `${path} is not a trace: its gzip data is damaged`, undefined, cause);
  return new TraceError('unreadable', path, `${path} cannot be read: ${reasonOf(cause)}`, undefined, cause);
}

/** `ENOENT: no such file or directory, open '/long/path'` -> without what the message says already. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/, \w+(?: '.*)?$/, '') : String(cause);
}
