/** Reads an ftrace text from a file, plain or gzip by its content, in constant memory. */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TraceError } from '@dragon/report';
import { FtraceParser } from './ftrace-parser.ts';
import type { TraceSink } from './kernel-event.ts';
import type { ParserCounts } from './parser-counts.ts';

const CHUNK = 1 << 19;
/** A line longer than this is cut: the file is no text. */
const LONGEST_LINE = 1 << 20;

export interface ReadFtraceOptions {
  /** Aborts the reading with its reason. */
  readonly signal?: AbortSignal;
  /** Told now and then how far the reading is. `total` is the size of the file in bytes, 0 if it has none (a pipe). */
  readonly onProgress?: (read: { readonly bytes: number; readonly total: number; readonly events: number }) => void;
}

/**
 * What was read, and what cut it short: compressed data that break off are not fatal, as what is before them was read.
 */
export type FtraceRead = ParserCounts & {
  readonly brokenOff: string | undefined;
  /** The text ends without a newline: if it was cut, the last line's last value may have lost digits. */
  readonly unended: boolean;
};

/**
 * Feeds `sink` with the trace. Rejects with a `TraceError`: `unreadable` if the file cannot be read, `not-a-trace` if
 * there is not one event in it.
 */
export async function readFtrace(path: string, sink: TraceSink, options: ReadFtraceOptions = {}): Promise<FtraceRead> {
  const parser = new FtraceParser(sink);
  let rest = '';
  let brokenOff: string | undefined;
  try {
    const source = openText(path);
    try {
      for await (const chunk of source.text) {
        options.signal?.throwIfAborted();
        rest = feed(parser, rest + chunk);
        options.onProgress?.({ bytes: source.bytesRead(), total: source.total, events: parser.counts.events });
      }
    } finally {
      source.close();
    }
  } catch (cause) {
    options.signal?.throwIfAborted();
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!code.startsWith('Z_')) throw unreadable(path, cause);
    brokenOff = code === 'Z_BUF_ERROR' ? 'its compressed data break off' : 'its compressed data are damaged';
  }
  if (rest !== '') parser.lastLine(rest, brokenOff !== undefined);
  parser.end();
  if (parser.counts.events === 0)
    throw new TraceError('not-a-trace', path, `${path} is not a text of ftrace: no line of it is an event`);
  return { ...parser.counts, brokenOff, unended: rest !== '' };
}

/** Feeds all whole lines and returns what is left. */
function feed(parser: FtraceParser, text: string): string {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    parser.line(text.slice(start, end));
    start = end + 1;
  }
  const rest = text.slice(start);
  if (rest.length < LONGEST_LINE) return rest;
  parser.line(rest.slice(0, 10_000));
  return '';
}

interface TextSource {
  readonly text: AsyncIterable<string>;
  readonly total: number;
  bytesRead(): number;
  close(): void;
}

function openText(path: string): TextSource {
  const file = openSync(path, 'r');
  const stat = fstatSync(file);
  if (stat.isDirectory()) {
    closeSync(file);
    throw new Error('it is a folder');
  }
  const bytes = createReadStream(path, { fd: file, highWaterMark: CHUNK, ...(stat.isFile() && { start: 0 }) });
  let text: Readable = bytes;
  if (stat.isFile() ? hasGzipMagic(file) : path.endsWith('.gz')) {
    const gunzip = createGunzip({ chunkSize: CHUNK });
    bytes.on('error', (error) => gunzip.destroy(error));
    text = bytes.pipe(gunzip);
  }
  text.setEncoding('utf8');
  return {
    text: text as AsyncIterable<string>,
    total: stat.isFile() ? stat.size : 0,
    bytesRead: () => bytes.bytesRead,
    close() {
      text.destroy();
      bytes.destroy();
    },
  };
}

/** RFC 1952, 2.3.1. The name decides nothing: a file that was renamed is still what it is. */
function hasGzipMagic(file: number): boolean {
  const magic = Buffer.alloc(2);
  return readSync(file, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
}

function unreadable(path: string, cause: unknown): TraceError {
  const reason = cause instanceof Error ? cause.message.replace(/, \w+(?: '.*)?$/, '') : String(cause);
  return new TraceError('unreadable', path, `${path} cannot be read: ${reason}`, undefined, cause);
}
