/** Draws of the self-test: everything that a case decides at random, from its seed and its name. */
import { RandomStream } from '@dragon/engine';

export class Draw {
  readonly #stream: RandomStream;

  constructor(seed: number, name: string) {
    this.#stream = RandomStream.of(seed, name);
  }

  /** Returns an integer in [0, limit). */
  below(limit: number): number {
    return this.#stream.below(limit);
  }

  /** Returns an integer in [0, limit) that is seldom large: half of them are below its square root. */
  small(limit: number): number {
    return Math.min(limit - 1, Math.floor((limit + 1) ** (this.below(1 << 20) / (1 << 20))) - 1);
  }

  /** Returns true once in so many times. */
  once(inTimes: number): boolean {
    return this.below(inTimes) === 0;
  }

  of<T>(all: readonly [T, ...T[]]): T {
    return all[this.below(all.length)] ?? all[0];
  }

  /** Returns undefined of an empty list. */
  among<T>(all: readonly T[]): T | undefined {
    return all[this.below(all.length)];
  }
}
