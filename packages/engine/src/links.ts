/** The latencies between the agents of a plan, as a matrix of their kinds. */
import { type AgentId, kindOf } from './event.ts';
import { type LatencyModel, linkLatency } from './latency.ts';
import type { VirtualTime } from './time.ts';

export class Links {
  readonly #model: LatencyModel;
  readonly #kinds: readonly string[];
  /** The kind of each agent, by rank. */
  readonly #kindOf: Uint32Array;
  /** By the sender's kind, made when it first sends something; then by the receiver's. */
  readonly #rows: (Float64Array | undefined)[];

  /** `ids` in the order of ranks. */
  constructor(model: LatencyModel, ids: readonly AgentId[]) {
    const kinds = new Map<string, number>();
    this.#model = model;
    this.#kindOf = Uint32Array.from(ids, (id) => {
      const kind = kindOf(id);
      const known = kinds.get(kind) ?? kinds.size;
      if (known === kinds.size) kinds.set(kind, known);
      return known;
    });
    this.#kinds = [...kinds.keys()];
    this.#rows = this.#kinds.map(() => undefined);
  }

  /** Returns how long a message from one agent to another travels. */
  latency(from: number, to: number): VirtualTime {
    const sender = this.#kindOf[from] as number;
    const row = (this.#rows[sender] ??= this.#row(this.#kinds[sender] ?? ''));
    return row[this.#kindOf[to] as number] as number;
  }

  #row(sender: string): Float64Array {
    return Float64Array.from(this.#kinds, (receiver) => linkLatency(this.#model, sender, receiver));
  }
}
