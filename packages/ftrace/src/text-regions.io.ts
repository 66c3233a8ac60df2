/** Text of a file or of standard input in regions of whole lines, decompressed and decoded, in constant memory. */
import { isAscii } from 'node:buffer';
import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { formatOfBytes, type OtherFormat } from './other-formats.ts';

const CHUNK = 1 << 19;
/** A line longer than this never ends. */
export const ENDLESS = 1 << 24;
const NEWLINE = 10;

/** Lines, and how the last of them ends: as the others, or with the text, or where the text was cut. */
export type TextRegion = { readonly text: string; readonly end: 'newline' | 'none' | 'cut' };

export interface TextSource {
  readonly regions: AsyncIterable<TextRegion>;
  /** The size of the file in bytes, 0 if it has none (a pipe). */
  readonly total: number;
  /** Whether it can be read again from its start. */
  readonly again: boolean;
  bytesRead(): number;
  close(): void;
}

/** What the first bytes say that it is, instead of a text. */
export class NotText extends Error {
  override readonly name = 'NotText';
  readonly format: OtherFormat;

  constructor(format: OtherFormat) {
    super(format.what);
    this.format = format;
  }
}

/** A line of more than `ENDLESS` bytes. */
export class EndlessLine extends Error {
  override readonly name = 'EndlessLine';
}

/** Opens the file, `-` for standard input: plain or gzip by its content, UTF-8 or UTF-16 by its mark. */
export async function openText(path: string): Promise<TextSource> {
  const file = path === '-' ? 0 : openSync(path, 'r');
  const stat = fstatSync(file);
  if (stat.isDirectory()) {
    closeSync(file);
    throw new Error('it is a folder');
  }
  // A pipe may be without blocking, as a writer has left it: the process's own stream knows how to wait.
  const bytes: Readable & { readonly bytesRead?: number } =
    path === '-'
      ? process.stdin
      : createReadStream('', { fd: file, highWaterMark: CHUNK, ...(stat.isFile() && { start: 0 }) });
  let from: Readable = bytes;
  const close = () => {
    from.destroy();
    bytes.destroy();
  };
  try {
    let first = await firstBytes(bytes);
    if (isGzip(first)) {
      const gunzip = createGunzip({ chunkSize: CHUNK });
      bytes.on('error', (error) => gunzip.destroy(error));
      from = bytes.pipe(gunzip);
      first = await firstBytes(from);
    }
    const format = formatOfBytes(first);
    if (format !== undefined) throw new NotText(format);
    const regions = regionsOf(from, encodingOf(first));
    return {
      regions,
      total: stat.isFile() ? stat.size : 0,
      again: stat.isFile(),
      bytesRead: () => bytes.bytesRead ?? 0,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Returns what the stream begins with and leaves it there. */
async function firstBytes(stream: Readable): Promise<Uint8Array> {
  for (;;) {
    const chunk: Buffer | null = stream.read();
    if (chunk !== null) {
      stream.unshift(chunk);
      return chunk;
    }
    if (stream.readableEnded) return new Uint8Array();
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        stream.off('readable', done).off('end', done).off('error', fail);
        resolve();
      };
      const fail = (error: Error) => {
        stream.off('readable', done).off('end', done);
        reject(error);
      };
      stream.once('readable', done).once('end', done).once('error', fail);
    });
  }
}

/** RFC 1952, 2.3.1. The name decides nothing: a file that was renamed is still what it is. */
const isGzip = (first: Uint8Array) => first[0] === 0x1f && first[1] === 0x8b;

function encodingOf(first: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  return first[0] === 0xfe && first[1] === 0xff ? 'utf-16be' : 'utf-8';
}

async function* regionsOf(bytes: Readable, encoding: string): AsyncGenerator<TextRegion> {
  const wide = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
  let rest: Buffer[] = [];
  let length = 0;
  let first = true;
  const chunks = (bytes as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => ({ error }));
    if ('error' in next) {
      if (length > 0) yield { text: decoded(Buffer.concat(rest)), end: 'cut' };
      throw next.error;
    }
    if (next.done) break;
    const chunk = next.value;
    const read = wide === undefined ? chunk : Buffer.from(wide.decode(chunk, { stream: true }));
    const end = read.lastIndexOf(NEWLINE);
    if (end < 0) {
      rest.push(read);
      length += read.length;
      if (length > ENDLESS) throw new EndlessLine();
      continue;
    }
    // The line that began in the chunk before is a region of its own: joining all of both would cost a copy.
    const start = length === 0 ? 0 : read.indexOf(NEWLINE) + 1;
    if (start > 0) {
      yield { text: unmarked(decoded(Buffer.concat([...rest, read.subarray(0, start - 1)])), first), end: 'newline' };
      first = false;
    }
    rest = end + 1 < read.length ? [read.subarray(end + 1)] : [];
    length = read.length - end - 1;
    if (start > end) continue;
    yield { text: unmarked(decoded(read.subarray(start, end)), first), end: 'newline' };
    first = false;
  }
  if (length > 0) yield { text: decoded(Buffer.concat(rest)), end: 'none' };
}

/** A text may begin with a mark of its encoding. */
const unmarked = (text: string, first: boolean): string => (first && text.startsWith('\ufeff') ? text.slice(1) : text);

/** Most traces are ASCII, which costs nothing to decode. */
const decoded = (bytes: Buffer): string => (isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8'));
