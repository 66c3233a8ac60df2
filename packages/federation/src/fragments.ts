/** The pieces of frames longer than a link's payload: how they are cut, and put together again in any order. */
import type { Body, Frame } from './frame.ts';

/** Room for a piece's own envelope. */
const ENVELOPE_BYTES = 320;
/** Frames of one sender that may be incomplete at the same time; the oldest is given up for a newer one. */
const OPEN_FRAMES = 16;
/** Senders with incomplete frames; the oldest is forgotten for a newer one. */
const SENDERS = 1_024;

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

/** Collects pieces. A frame that is sent again is cut the same way, so pieces of several tries complete each other. */
export class Fragments {
  readonly #longest: number;
  readonly #senders = new Map<string, Map<number, Open>>();

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Returns the whole once its last piece is there. */
  add(part: Frame<'part'>): Uint8Array | undefined {
    const sender = `${part.session} ${part.from}`;
    const frames = this.#senders.get(sender) ?? roomFor(this.#senders, SENDERS, sender, new Map<number, Open>());
    const open = frames.get(part.id) ?? this.#open(frames, part);
    if (part.index >= open.pieces.length || part.pieces !== open.pieces.length) return undefined;
    if (open.pieces[part.index] === undefined) {
      // The bytes may be a view of the message they came in.
      open.pieces[part.index] = new Uint8Array(part.bytes);
      open.missing -= 1;
      open.length += part.bytes.length;
    }
    if (open.length > this.#longest) frames.delete(part.id);
    else if (open.missing === 0) {
      frames.delete(part.id);
      return Buffer.concat(open.pieces as Uint8Array[]);
    }
    return undefined;
  }

  #open(frames: Map<number, Open>, { id, pieces }: Frame<'part'>): Open {
    const open: Open = { pieces: Array.from({ length: pieces }), missing: pieces, length: 0 };
    return roomFor(frames, OPEN_FRAMES, id, open);
  }
}

/** Enters a new value and returns it; a full map loses its oldest. */
function roomFor<K, V>(map: Map<K, V>, most: number, key: K, value: V): V {
  if (map.size >= most)
    for (const oldest of map.keys()) {
      map.delete(oldest);
      break;
    }
  map.set(key, value);
  return value;
}
