/** A file behind an address, as the bytes of a trace: only those that are asked for are fetched, and some ahead. */
import { TraceError } from './trace-error.ts';
import { unpackedMember } from './unpacked-member.io.ts';
import type { WebBytes } from './web-trace.io.ts';

/** Bytes that are fetched at least: blocks lie side by side, and each answer is waited for. */
const AHEAD = 1 << 20;

export class RangeTrace implements WebBytes {
  readonly path: string;
  readonly size: number;
  readonly #url: string;
  /** What was fetched last, and from where on. */
  #fetched: { readonly offset: number; readonly bytes: Uint8Array } = { offset: 0, bytes: new Uint8Array() };

  private constructor(path: string, url: string, size: number) {
    this.path = path;
    this.#url = url;
    this.size = size;
  }

  /** `path` is what messages call the file. Rejects with a `TraceError` if the address does not answer. */
  static async open(path: string, url: string): Promise<RangeTrace> {
    const { headers } = await fetched(path, url, { method: 'HEAD' });
    return new RangeTrace(path, url, Number(headers.get('content-length') ?? 0));
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    // What lies behind the end, as a damaged file asks for, is nothing.
    if (end <= offset) return new Uint8Array();
    const before = this.#fetched;
    if (offset < before.offset || end > before.offset + before.bytes.length) await this.#fetch(offset, end);
    const { offset: from, bytes } = this.#fetched;
    return bytes.subarray(offset - from, end - from);
  }

  async #fetch(offset: number, end: number): Promise<void> {
    const last = Math.min(Math.max(end, offset + AHEAD), this.size) - 1;
    const headers = { Range: `bytes=${offset}-${last}` };
    const answer = await fetched(this.path, this.#url, { headers });
    if (answer.status !== 206) throw new TraceError('unreadable', this.path, `${this.path} cannot be read in parts`);
    this.#fetched = { offset, bytes: new Uint8Array(await answer.arrayBuffer()) };
  }

  unpack(member: Uint8Array): Promise<string | undefined> {
    return unpackedMember(member);
  }

  async all(): Promise<Blob> {
    return (await fetched(this.path, this.#url, {})).blob();
  }
}

async function fetched(path: string, url: string, request: RequestInit): Promise<Response> {
  let why: string;
  try {
    const answer = await fetch(url, request);
    if (answer.ok) return answer;
    why = `the inspector answers ${answer.status}`;
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  throw new TraceError('unreadable', path, `${path} cannot be read: ${why}`);
}
