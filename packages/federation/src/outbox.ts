/**
 * The outbox of a federate: one events frame per receiver and window, kept until the coordinator knows that it arrived.
 */
import type { AgentId, Event, VirtualTime } from '@dragon/engine';
import type { Body } from './frame.ts';
import { eventToWire, type WireEvent } from './wire.ts';

interface Batch {
  readonly events: WireEvent[];
  minAt: VirtualTime;
}

/** An events frame as a report names it. */
export interface Sent {
  readonly to: string;
  readonly seq: number;
  readonly minAt: VirtualTime;
}

interface Receiver {
  seq: number;
  /** By seq, in order. */
  readonly kept: Map<number, readonly Uint8Array[]>;
}

export interface OutboxOptions {
  /** Returns the federate that hosts an agent. */
  readonly hostOf: (agent: AgentId) => string | undefined;
  readonly pack: (body: Body) => Uint8Array[];
  readonly post: (receiver: string, messages: readonly Uint8Array[]) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #batches = new Map<string, Batch>();
  readonly #receivers = new Map<string, Receiver>();

  constructor(options: OutboxOptions) {
    this.#options = options;
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
      const messages = this.#options.pack({ kind: 'events', seq, window, events });
      receiver.kept.set(seq, messages);
      this.#options.post(to, messages);
      sent.push({ to, seq, minAt });
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

  /** Sends kept frames again. One that was acknowledged is an old request, and nothing is owed. */
  resend(to: string, seqs: readonly number[]): void {
    const { kept } = this.#receiver(to);
    for (const seq of seqs) {
      const messages = kept.get(seq);
      if (messages !== undefined) this.#options.post(to, messages);
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
