/** The inbox of a federate: events frames by sender and seq, so that lost, doubled and overtaken ones are seen. */
import type { WireEvent } from './wire.ts';

/** Sequence numbers asked for in one frame. */
const MOST_ASKED = 256;

interface Stream {
  /** Every frame before this one was taken. Numbers start at 1. */
  next: number;
  /** Frames that came early, or were not taken yet. */
  readonly arrived: Map<number, readonly WireEvent[]>;
}

/** Up to which frame a sender has sent. */
export interface Expected {
  readonly name: string;
  readonly seq: number;
}

export interface Missing {
  readonly name: string;
  readonly seqs: number[];
}

export class Inbox {
  readonly #streams = new Map<string, Stream>();

  /** Keeps a frame. Returns false for one that was here before. */
  accept(from: string, seq: number, events: readonly WireEvent[]): boolean {
    const stream = this.#stream(from);
    if (seq < stream.next || stream.arrived.has(seq)) return false;
    stream.arrived.set(seq, events);
    return true;
  }

  /** Returns which of the expected frames have not arrived, at most 256 of each sender. */
  missing(expected: readonly Expected[]): Missing[] {
    const missing: Missing[] = [];
    for (const { name, seq: last } of expected) {
      const { next, arrived } = this.#stream(name);
      const seqs: number[] = [];
      for (let seq = next; seq <= last && seqs.length < MOST_ASKED; seq += 1) if (!arrived.has(seq)) seqs.push(seq);
      if (seqs.length > 0) missing.push({ name, seqs });
    }
    return missing;
  }

  /** Removes and returns the events of every frame that has all its predecessors. */
  take(): WireEvent[] {
    const events: WireEvent[] = [];
    for (const stream of this.#streams.values()) {
      for (;;) {
        const frame = stream.arrived.get(stream.next);
        if (frame === undefined) break;
        stream.arrived.delete(stream.next);
        stream.next += 1;
        events.push(...frame);
      }
    }
    return events;
  }

  #stream(from: string): Stream {
    const known = this.#streams.get(from);
    if (known !== undefined) return known;
    const stream: Stream = { next: 1, arrived: new Map() };
    this.#streams.set(from, stream);
    return stream;
  }
}
