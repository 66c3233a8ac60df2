/**
 * The inbox of a federate: events frames by sender and seq, of which only those count that are what their sender
 * reported. Lost, doubled and overtaken ones are seen, and so are those that somebody else wrote.
 */
import type { VirtualTime } from '@dragon/engine';
import type { BatchReport } from './outbox.ts';
import { wrongFrame } from './federation-error.ts';
import type { Tag } from './seal.ts';
import type { WireEvent } from './wire.ts';

/** Sequence numbers asked for in one frame. */
const MOST_ASKED = 256;
/** Frames with one seq that are kept until a grant says which of them is right. */
const MOST_CANDIDATES = 4;
/**
 * How much of a sender, and of all of them, is kept before a grant names it, in bytes; what comes on top of it is asked
 * for when it does.
 */
const EARLY_BYTES = { sender: 16 * 1_048_576, all: 64 * 1_048_576 };
/** What a frame takes besides its bytes, about. */
const FRAME_BYTES = 256;

interface Candidate {
  readonly tag: Tag;
  readonly events: readonly WireEvent[];
  readonly bytes: number;
}

interface Stream {
  /** Every frame before this one was taken. Numbers start at 1. */
  next: number;
  /** Frames that no grant has named yet: those with one seq have different tags. */
  readonly early: Map<number, Candidate[]>;
  earlyBytes: number;
  /** What a grant named, and is not taken yet. */
  readonly expected: Map<number, Expected>;
  /** The events of those of them that are here. */
  readonly arrived: Map<number, readonly WireEvent[]>;
  /** Expected frames instead of which another one came. */
  readonly wrong: Set<number>;
}

/** A frame that a grant names, as its sender reported it. */
export interface Expected extends BatchReport {
  readonly name: string;
}

export interface Missing {
  readonly name: string;
  readonly seqs: number[];
}

/** An events frame as it arrives. */
export interface ArrivedBatch {
  readonly from: string;
  readonly seq: number;
  readonly tag: Tag;
  readonly events: readonly WireEvent[];
  /** How long it was. */
  readonly bytes: number;
}

/** The last number taken of each sender, as data. What came early is not in it: it is asked for again. */
export type SavedInbox = readonly { readonly name: string; readonly seq: number }[];

export interface InboxOptions {
  /** The federates that may send events. */
  readonly senders: Iterable<string>;
  /** Returns whether an event belongs here: an agent of this sender's for an agent of ours. */
  readonly belongs: (event: WireEvent, sender: string) => boolean;
}

export class Inbox {
  readonly #streams: ReadonlyMap<string, Stream>;
  readonly #belongs: InboxOptions['belongs'];
  #earlyBytes = 0;

  constructor({ senders, belongs }: InboxOptions, saved: SavedInbox = []) {
    this.#belongs = belongs;
    const taken = new Map(saved.map(({ name, seq }) => [name, seq]));
    this.#streams = new Map([...senders].map((name) => [name, streamAfter(taken.get(name) ?? 0)]));
  }

  /** Returns true for the federates that may send events. */
  knows(sender: string): boolean {
    return this.#streams.has(sender);
  }

  /** Keeps a frame. Returns whether one that was waited for is here now. */
  accept(frame: ArrivedBatch): boolean {
    const stream = this.#stream(frame.from);
    if (frame.seq < stream.next || stream.arrived.has(frame.seq)) return false;
    const expected = stream.expected.get(frame.seq);
    if (expected === undefined) this.#keepEarly(stream, frame);
    else if (expected.tag === frame.tag) this.#arrive(stream, expected, frame.events);
    else stream.wrong.add(frame.seq);
    return expected?.tag === frame.tag;
  }

  /** Takes what a grant names: from now on only these frames are right. */
  expect(frames: readonly Expected[]): void {
    for (const frame of frames) {
      const stream = this.#stream(frame.name);
      if (frame.seq < stream.next || stream.expected.has(frame.seq)) continue;
      stream.expected.set(frame.seq, frame);
      const candidates = stream.early.get(frame.seq) ?? [];
      stream.early.delete(frame.seq);
      for (const { bytes } of candidates) this.#count(stream, -bytes);
      const right = candidates.find(({ tag }) => tag === frame.tag);
      if (right !== undefined) this.#arrive(stream, frame, right.events);
      else if (candidates.length > 0) stream.wrong.add(frame.seq);
    }
  }

  /** Returns which of the expected frames have not arrived, at most 256 of each sender. */
  missing(): Missing[] {
    const missing: Missing[] = [];
    for (const [name, { expected, arrived }] of this.#streams) {
      if (expected.size === arrived.size) continue;
      const seqs = [...expected.keys()].filter((seq) => !arrived.has(seq)).slice(0, MOST_ASKED);
      missing.push({ name, seqs });
    }
    return missing;
  }

  /**
   * To be called when frames were asked for so often that each that was sent has come. Throws `wrong-frame` if one did
   * not, and another one came instead.
   */
  giveUpWrong(): void {
    for (const [name, { wrong, arrived }] of this.#streams)
      for (const seq of wrong)
        if (!arrived.has(seq))
          throw wrongFrame(
            name,
            `sent another events frame ${seq} than it reported: what it says is not true, or somebody else speaks in its name`,
          );
  }

  /** Throws `wrong-frame` if an event before `end`, where the run ended, came in a frame that no grant named. */
  refuseUnreported(end: VirtualTime): void {
    for (const [name, { early }] of this.#streams)
      for (const [seq, candidates] of early)
        if (candidates.some(({ events }) => events.some(([at]) => at < end)))
          throw wrongFrame(name, `sent events frame ${seq}, but never reported it`);
  }

  save(): SavedInbox {
    return [...this.#streams].map(([name, { next }]) => ({ name, seq: next - 1 }));
  }

  /**
   * Removes and returns the events of the expected frames. To be called when none of them is missing. Not those of
   * later ones, even if they are here: what a federate does may not depend on how fast they came, or it could not be
   * redone.
   */
  take(): WireEvent[] {
    const events: WireEvent[] = [];
    for (const stream of this.#streams.values()) {
      for (const seq of [...stream.expected.keys()].sort((a, b) => a - b)) {
        events.push(...(stream.arrived.get(seq) ?? []));
        stream.next = seq + 1;
      }
      stream.expected.clear();
      stream.arrived.clear();
      stream.wrong.clear();
    }
    return events;
  }

  #keepEarly(stream: Stream, { seq, tag, events, bytes: length }: ArrivedBatch): void {
    const candidates = stream.early.get(seq) ?? [];
    const bytes = length + FRAME_BYTES;
    if (candidates.length >= MOST_CANDIDATES || candidates.some((each) => each.tag === tag)) return;
    if (stream.earlyBytes + bytes > EARLY_BYTES.sender || this.#earlyBytes + bytes > EARLY_BYTES.all) return;
    this.#count(stream, bytes);
    candidates.push({ tag, events, bytes });
    stream.early.set(seq, candidates);
  }

  #count(stream: Stream, bytes: number): void {
    stream.earlyBytes += bytes;
    this.#earlyBytes += bytes;
  }

  /** Throws `wrong-frame` if a frame that is the reported one is not as it was reported. */
  #arrive(stream: Stream, { name, seq, count, minAt }: Expected, events: readonly WireEvent[]): void {
    const wrong =
      events.length !== count || events.reduce((first, [at]) => Math.min(first, at), Number.POSITIVE_INFINITY) !== minAt
        ? 'has other events than it reported'
        : events.some((event) => !this.#belongs(event, name))
          ? 'has events that are not from its agents to those of its receiver'
          : undefined;
    if (wrong !== undefined) throw wrongFrame(name, `sent events frame ${seq}, which ${wrong}`);
    stream.arrived.set(seq, events);
  }

  #stream(from: string): Stream {
    const stream = this.#streams.get(from);
    if (stream === undefined) throw wrongFrame(from, 'sends events, but hosts no agents in this run');
    return stream;
  }
}

const streamAfter = (seq: number): Stream => ({
  next: seq + 1,
  early: new Map(),
  earlyBytes: 0,
  expected: new Map(),
  arrived: new Map(),
  wrong: new Set(),
});
