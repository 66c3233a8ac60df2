/**
 * A file that a web page has, as the bytes of a trace: dropped on it, fetched, or in memory. It takes nothing but what
 * browsers and Node have alike, and is unpacked by the platform's own gzip.
 */
import type { TraceBytes } from './answer-reading.io.ts';

/** No text of a trace is near this long; a file that was made to fill the memory is. */
const LONGEST_TEXT = 1 << 28;

export class BlobTrace implements TraceBytes {
  readonly path: string;
  readonly #blob: Blob;

  /** `path` is what messages call the file. */
  constructor(path: string, blob: Blob) {
    this.path = path;
    this.#blob = blob;
  }

  get size(): number {
    return this.#blob.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return new Uint8Array(await this.#blob.slice(offset, offset + length).arrayBuffer());
  }

  async unpack(member: Uint8Array): Promise<string | undefined> {
    const packed = new Blob([Uint8Array.from(member)]).stream();
    const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
    const decoder = new TextDecoder();
    let [text, bytes] = ['', 0];
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text + decoder.decode();
        bytes += value.byteLength;
        if (bytes > LONGEST_TEXT) throw new Error('it is too long to be a part of a trace');
        text += decoder.decode(value, { stream: true });
      }
    } catch {
      void reader.cancel().catch(() => undefined);
      return undefined;
    }
  }
}
