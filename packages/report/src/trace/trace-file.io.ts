/** A file on a disk as the bytes of a trace. */
import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { TraceBytes } from './answer-reading.io.ts';
import { TraceError } from './trace-error.ts';

/** No text of a trace is near this long; a file that was made to fill the memory is. */
const LONGEST_TEXT = 1 << 28;

const readInPool = promisify(read);
const gunzipInPool = promisify(gunzip);

export class TraceFile implements TraceBytes {
  readonly path: string;
  readonly size: number;
  #file: number | undefined;

  private constructor(path: string, file: number, size: number) {
    this.path = path;
    this.#file = file;
    this.size = size;
  }

  /** Throws a `TraceError` if there is no such file. */
  static open(path: string): TraceFile {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      // Looked at first: a folder opens like a file, and only fails when it is read.
      const stats = fstatSync(file);
      if (stats.isDirectory()) throw new Error('it is a folder');
      if (!stats.isFile()) throw new Error('it is no file, so there is no place in it to look at');
      return new TraceFile(path, file, stats.size);
    } catch (error) {
      if (file !== undefined) closeSync(file);
      throw TraceError.unreadable(path, error);
    }
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - offset)));
    let got = 0;
    try {
      while (got < bytes.length) {
        if (this.#file === undefined) throw new Error('it is closed');
        const { bytesRead } = await readInPool(this.#file, bytes, got, bytes.length - got, offset + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
    } catch (error) {
      throw TraceError.unreadable(this.path, error);
    }
    return bytes.subarray(0, got);
  }

  async unpack(member: Uint8Array): Promise<string | undefined> {
    try {
      return (await gunzipInPool(member, { maxOutputLength: LONGEST_TEXT })).toString('utf8');
    } catch {
      return undefined;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
