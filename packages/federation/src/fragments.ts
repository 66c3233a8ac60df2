/** The pieces of frames longer than a link's payload: how they are cut, and put together again in any order. */
import type { Body, Frame } from './frame.ts';

/** Room for a piece's own envelope. */
const ENVELOPE_BYTES = 320;
/** What a piece takes besides its bytes, about; also one that is not there yet. */
const PIECE_BYTES = 64;

/** Returns the pieces of `bytes`, each of which fits into `maxPayload`. */
export function framePieces(id: number, bytes: Uint8Array, maxPayload: number): Body<'part'>[] {
  const size = Math.max(1, maxPayload - ENVELOPE_BYTES);
  const pieces = Math.ceil(bytes.length / size);
  return Array.from({ length: pieces }, (_, index) => ({
    kind: 'part',
    id,
    index,
    pieces,
    bytes: bytes.subarray(index * size, (index + 1) * size),
  }));
}

interface Open {
  readonly pieces: (Uint8Array | undefined)[];
  missing: number;
  length: number;
}

/**
 * Collects pieces. A frame that is sent again is cut the same way, so pieces of several tries complete each other. What
 * is incomplete takes as much memory as two of the longest frames, no more: then the one is given up that has waited
 * longest for a piece.
 */
export class Fragments {
  readonly #longest: number;
  /** By sender and number; the one that got a piece last is last. */
  readonly #open = new Map<string, Open>();
  #bytes = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Returns the whole once its last piece is there. */
  add({ session, from, id, index, pieces, bytes }: Frame<'part'>): Uint8Array | undefined {
    const key = `${session} ${from} ${id}`;
    const open = this.#open.get(key) ?? this.#begin(key, pieces);
    if (index >= open.pieces.length || pieces !== open.pieces.length) return undefined;
    this.#open.delete(key);
    this.#open.set(key, open);
    if (open.pieces[index] === undefined) {
      // The bytes may be a view of the message they came in.
      open.pieces[index] = new Uint8Array(bytes);
      open.missing -= 1;
      open.length += bytes.length;
      this.#bytes += bytes.length;
    }
    if (open.missing === 0 || open.length > this.#longest) this.#end(key, open);
    for (const [oldest, each] of this.#open) {
      if (this.#bytes <= 2 * this.#longest) break;
      this.#end(oldest, each);
    }
    return open.missing === 0 && open.length <= this.#longest ? Buffer.concat(open.pieces as Uint8Array[]) : undefined;
  }

  #begin(key: string, pieces: number): Open {
    const open: Open = { pieces: Array.from({ length: pieces }), missing: pieces, length: 0 };
    this.#open.set(key, open);
    this.#bytes += pieces * PIECE_BYTES;
    return open;
  }

  #end(key: string, { pieces, length }: Open): void {
    this.#open.delete(key);
    this.#bytes -= length + pieces.length * PIECE_BYTES;
  }
}
