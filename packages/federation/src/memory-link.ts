/** The link inside one process: asynchronous as a network is, and as unreliable as a test wants it. */
import { RandomStream } from '@dragon/engine';
import { FederationError } from './federation-error.ts';
import { type Link, type Stop, type Trouble, TroubleListeners } from './link.ts';

type Handler = (bytes: Uint8Array) => void;

/** Chances in [0, 1] that a message is lost, comes twice, or comes after later ones. */
export interface MemoryFaults {
  readonly seed: number;
  readonly drop?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
}

export interface MemoryHubOptions {
  readonly faults?: MemoryFaults | undefined;
  readonly maxPayload?: number | undefined;
}

interface Delivery {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Rounds of delivery that it is still held back. */
  readonly held: number;
}

/** The meeting point of the links of one process: the server's part. */
export class MemoryHub {
  readonly maxPayload: number;
  readonly #faults: MemoryFaults | undefined;
  readonly #stream: RandomStream;
  readonly #handlers = new Map<string, Set<Handler>>();
  #queue: Delivery[] = [];
  #waiting: (() => void)[] = [];
  #scheduled = false;

  constructor(options: MemoryHubOptions = {}) {
    this.maxPayload = options.maxPayload ?? 1_048_576;
    this.#faults = options.faults;
    this.#stream = RandomStream.of(options.faults?.seed ?? 0, 'memory hub');
  }

  link(): MemoryLink {
    return new MemoryLink(this);
  }

  publish(subject: string, bytes: Uint8Array): void {
    const { drop = 0, duplicate = 0, reorder = 0 } = this.#faults ?? {};
    if (this.#happens(drop)) return;
    const copies = this.#happens(duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      this.#queue.push({
        subject,
        bytes: new Uint8Array(bytes),
        held: this.#happens(reorder) ? 1 + this.#stream.below(3) : 0,
      });
    this.#schedule();
  }

  subscribe(subject: string, handler: Handler): Stop {
    const handlers = this.#handlers.get(subject) ?? new Set();
    this.#handlers.set(subject, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** Resolves after the next round of deliveries. */
  delivered(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  #happens(chance: number): boolean {
    return chance > 0 && this.#stream.next() < chance * 4294967296;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Not a microtask: two federates that answer each other would starve every timer of the process.
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const queue = this.#queue;
    const waiting = this.#waiting;
    this.#queue = [];
    this.#waiting = [];
    for (const { subject, bytes, held } of queue) {
      if (held > 0) this.#queue.push({ subject, bytes, held: held - 1 });
      else for (const handler of this.#handlers.get(subject) ?? []) handler(new Uint8Array(bytes));
    }
    for (const resolve of waiting) resolve();
    if (this.#queue.length > 0) this.#schedule();
  }
}

/** One participant's end of a hub. */
export class MemoryLink implements Link {
  readonly maxPayload: number;
  readonly #hub: MemoryHub;
  readonly #stops = new Set<Stop>();
  readonly #troubles = new TroubleListeners();
  #closed = false;

  constructor(hub: MemoryHub) {
    this.#hub = hub;
    this.maxPayload = hub.maxPayload;
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (!this.#closed) this.#hub.publish(subject, bytes);
  }

  subscribe(subject: string, handler: Handler): Stop {
    const stop = this.#hub.subscribe(subject, (bytes) => {
      if (!this.#closed) handler(bytes);
    });
    this.#stops.add(stop);
    return () => {
      this.#stops.delete(stop);
      stop();
    };
  }

  async flush(): Promise<void> {
    if (!this.#closed) await this.#hub.delivered();
    if (this.#closed) throw new FederationError('link-lost', 'the link is closed');
  }

  onTrouble(listener: (trouble: Trouble) => void): Stop {
    return this.#troubles.add(listener);
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    return Promise.resolve();
  }

  /** Breaks the link for good, as if the server had died. */
  cut(): void {
    void this.close();
    this.#troubles.tell({ kind: 'lost', text: 'the link was cut' });
  }
}
