/** Random streams: one per agent, derived from (seed, agent id), so that placement changes no draw. */
import { Hasher, newTextHash } from './hasher.ts';

/** The state of a stream: four 32-bit words of sfc32 (Doty-Humphrey, PractRand). */
export type StreamState = readonly [number, number, number, number];

/** A stream of random integers. The same (seed, name) gives the same stream on every machine. */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #count: number;

  private constructor(state: StreamState) {
    [this.#a, this.#b, this.#c, this.#count] = state;
  }

  static of(seed: number, name: string): RandomStream {
    const hasher = new Hasher(0x243f6a88, 0x85a308d3);
    hasher.number(seed);
    hasher.lanes(newTextHash(name));
    const { a, b } = hasher;
    const stream = new RandomStream([a, b, 0x13198a2e, 1]);
    // sfc32 needs a dozen rounds before every bit of the seed has reached every bit of the state.
    for (let i = 0; i < 15; i += 1) stream.next();
    return stream;
  }

  static restore(state: StreamState): RandomStream {
    return new RandomStream(state);
  }

  save(): StreamState {
    return [this.#a, this.#b, this.#c, this.#count];
  }

  /** Returns an integer in [0, 2^32). */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }

  /** Returns an integer in [0, limit); `limit` is at most 2^32. The bias is below limit / 2^32. */
  below(limit: number): number {
    return Math.floor((this.next() / 4294967296) * limit);
  }
}
