/**
 * The outbox of a federate: one events frame per receiver and window, kept until the coordinator knows that it arrived.
 */
import type { AgentId, Event, VirtualTime } from '@dragon/engine';
import type { Packed } from './channel.ts';
import type { Body } from './frame.ts';
import type { Tag } from './seal.ts';
import { eventToWire, type WireEvent } from './wire.ts';

interface Batch {
  readonly events: WireEvent[];
  minAt: VirtualTime;
}

/** What an events frame is, as a report says it, a grant repeats it, and its receiver checks it. */
export interface BatchReport {
  readonly seq: number;
  /** How many events it has. */
  readonly count: number;
  /** The earliest of them. */
  readonly minAt: VirtualTime;
  readonly tag: Tag;
}

/** An events frame as a report names it. */
export interface Sent extends BatchReport {
  readonly to: string;
}

interface Receiver {
  seq: number;
  /** By seq, in order. */
  readonly kept: Map<number, Packed>;
}

/** The frames to each receiver that may be asked for again, and the number of the last one, as data. */
export type SavedOutbox = readonly (readonly [to: string, seq: number, kept: readonly KeptFrame[]])[];
type KeptFrame = readonly [seq: number, packed: Packed];

export interface OutboxOptions {
  /** Returns the federate that hosts an agent. */
  readonly hostOf: (agent: AgentId) => string | undefined;
  readonly pack: (receiver: string, body: Body<'events'>) => Packed;
  readonly post: (packed: Packed) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #batches = new Map<string, Batch>();
  readonly #receivers: Map<string, Receiver>;

  constructor(options: OutboxOptions, saved: SavedOutbox = []) {
    this.#options = options;
    this.#receivers = new Map(saved.map(([to, seq, kept]) => [to, { seq, kept: new Map(kept) }]));
  }

  add(event: Event): void {
    const to = this.#options.hostOf(event.to);
    if (to === undefined) throw new Error(`no federate hosts ${event.to}`);
    const batch = this.#batches.get(to);
    if (batch === undefined) {
      this.#batches.set(to, { events: [eventToWire(event)], minAt: event.at });
    } else {
      batch.events.push(eventToWire(event));
      batch.minAt = Math.min(batch.minAt, event.at);
    }
  }

  /** Sends what was added since the last flush, and returns what the coordinator must know of it. */
  flush(window: number): Sent[] {
    const sent: Sent[] = [];
    for (const [to, { events, minAt }] of this.#batches) {
      const receiver = this.#receiver(to);
      receiver.seq += 1;
      const { seq } = receiver;
      const packed = this.#options.pack(to, { kind: 'events', seq, window, events });
      receiver.kept.set(seq, packed);
      this.#options.post(packed);
      sent.push({ to, seq, count: events.length, minAt, tag: packed.tag });
    }
    this.#batches.clear();
    return sent;
  }

  /** Forgets the frames to `to` up to `seq`. */
  acknowledge(to: string, seq: number): void {
    const { kept } = this.#receiver(to);
    for (const each of kept.keys()) {
      if (each > seq) break;
      kept.delete(each);
    }
  }

  /** Without the frames up to `arrived`, which nobody needs who goes on from here. To be called between two windows. */
  save(arrived: readonly { readonly name: string; readonly seq: number }[]): SavedOutbox {
    const seqs = new Map(arrived.map(({ name, seq }) => [name, seq]));
    return [...this.#receivers].map(([to, { seq, kept }]) => [
      to,
      seq,
      [...kept].filter(([each]) => each > (seqs.get(to) ?? 0)),
    ]);
  }

  /** Sends kept frames again. One that was acknowledged is an old request, and nothing is owed. */
  resend(to: string, seqs: readonly number[]): void {
    const { kept } = this.#receiver(to);
    for (const seq of seqs) {
      const packed = kept.get(seq);
      if (packed !== undefined) this.#options.post(packed);
    }
  }

  #receiver(to: string): Receiver {
    const known = this.#receivers.get(to);
    if (known !== undefined) return known;
    const receiver: Receiver = { seq: 0, kept: new Map() };
    this.#receivers.set(to, receiver);
    return receiver;
  }
}
