/**
 * A file that a web page has, as the bytes of a trace: dropped on it, fetched, or in memory. It takes nothing but what
 * browsers and Node have alike, and is unpacked by the platform's own gzip.
 */
import { unpackedMember } from './unpacked-member.io.ts';
import type { WebBytes } from './web-trace.io.ts';

export class BlobTrace implements WebBytes {
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

  unpack(member: Uint8Array): Promise<string | undefined> {
    return unpackedMember(member);
  }

  all(): Promise<Blob> {
    return Promise.resolve(this.#blob);
  }
}
