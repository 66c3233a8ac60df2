/** Reads a kernel's log from a file or standard input, plain or gzip by its content, in constant memory. */
import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { foreignContent } from './foreign-content.ts';
import { type KernelLog, KernelLogParser } from './kernel-log-parser.ts';

const CHUNK = 1 << 18;
/** A line longer than this is cut there; what follows to its end is passed over. */
const LONGEST_LINE = 1 << 14;
/** A text without a newline for so long is no log. */
const ENDLESS = 1 << 24;
/** So many bytes show what a file is. */
const HEAD = 1 << 16;

export interface ReadKernelLogOptions {
  /** Aborts the reading with its reason. */
  readonly signal?: AbortSignal;
  /** Told now and then how far the reading is. `total` is the size of the file in bytes, 0 if it has none (a pipe). */
  readonly onProgress?: (read: { readonly bytes: number; readonly total: number; readonly lines: number }) => void;
}

/** A file that is no kernel's log, or cannot be read. The message is one line and names the file. */
export class KernelLogError extends Error {
  override readonly name = 'KernelLogError';
}

/**
 * Returns what the log shows. `path` `-` is standard input. Rejects with a `KernelLogError` if there is none: it cannot
 * be read, is empty, or is something else, and then with what to do. What compressed data had before they broke off is
 * read.
 */
export async function readKernelLog(path: string, options: ReadKernelLogOptions = {}): Promise<KernelLog> {
  const name = path === '-' ? 'standard input' : path;
  const lines = new LogLines(name);
  let total = 0;
  try {
    const source = openBytes(path);
    total = source.total;
    try {
      for await (const chunk of source.bytes) {
        options.signal?.throwIfAborted();
        lines.push(chunk);
        options.onProgress?.({ bytes: source.bytesRead(), total, lines: lines.count });
      }
    } finally {
      source.close();
    }
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (cause instanceof KernelLogError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason = cause instanceof Error ? cause.message.replace(/, \w+(?: '.*)?$/, '') : String(cause);
    if (!code.startsWith('Z_') || lines.count === 0)
      throw new KernelLogError(`${name} cannot be read: ${reason}`, { cause });
  }
  return lines.end();
}

/** Splits bytes into lines, and looks at the first of them before the rest is read. */
class LogLines {
  readonly #name: string;
  readonly #parser = new KernelLogParser();
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  /** Of a line that is too long: how much of it was passed over. */
  #passed = 0;
  #head = '';
  #judged = false;
  count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  push(chunk: Buffer): void {
    const text = this.#decoder.write(chunk);
    if (!this.#judged) {
      this.#head += text;
      if (this.#head.length >= HEAD) this.#judge();
    }
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (this.#passed === 0) this.#line(this.#rest + text.slice(start, end));
      this.#rest = '';
      this.#passed = 0;
      start = end + 1;
    }
    this.#keep(text.slice(start));
  }

  end(): KernelLog {
    if (!this.#judged) this.#judge();
    if (this.#rest !== '') this.#line(this.#rest);
    const log = this.#parser.end();
    if (log.kernelLines === 0)
      throw new KernelLogError(`${this.#name} is no kernel's log: no line of it is one that a kernel prints`);
    return log;
  }

  #keep(text: string): void {
    if (this.#passed === 0) {
      this.#rest += text;
      if (this.#rest.length < LONGEST_LINE) return;
      this.#line(this.#rest.slice(0, LONGEST_LINE));
      this.#passed = this.#rest.length;
      this.#rest = '';
    } else this.#passed += text.length;
    if (this.#passed > ENDLESS) throw new KernelLogError(`${this.#name} is no kernel's log: its lines have no end`);
  }

  #judge(): void {
    this.#judged = true;
    const head = this.#head;
    this.#head = '';
    if (head.trim() === '') throw new KernelLogError(`${this.#name} is empty`);
    const other = foreignContent(head);
    if (other !== undefined) throw new KernelLogError(`${this.#name} ${other}`);
  }

  #line(line: string): void {
    this.count += 1;
    this.#parser.line(line);
  }
}

interface ByteSource {
  readonly bytes: AsyncIterable<Buffer>;
  readonly total: number;
  bytesRead(): number;
  close(): void;
}

function openBytes(path: string): ByteSource {
  const file = path === '-' ? 0 : openSync(path, 'r');
  const stat = fstatSync(file);
  if (stat.isDirectory()) {
    closeSync(file);
    throw new Error('it is a folder');
  }
  const raw = createReadStream(path, { fd: file, autoClose: path !== '-', highWaterMark: CHUNK });
  return {
    bytes: unzipped(raw),
    total: stat.isFile() ? stat.size : 0,
    bytesRead: () => raw.bytesRead,
    close: () => raw.destroy(),
  };
}

/** RFC 1952, 2.3.1: gzip by its first bytes, also in a pipe. */
async function* unzipped(raw: Readable): AsyncGenerator<Buffer> {
  const chunks = raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done) return;
  const all = withFirst(first.value, chunks);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* all;
  else {
    const gunzip = createGunzip({ chunkSize: CHUNK });
    pipeline(Readable.from(all), gunzip, () => undefined);
    for await (const chunk of gunzip) yield chunk as Buffer;
  }
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
