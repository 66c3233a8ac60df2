/** The history of a resource: who had it and how long its queue was, in stretches of time without a gap. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { instants, places } from '../column.ts';

/** Stretches of which the longest queue is kept. */
const STRIDE = 64;

export class ResourceHistory {
  /** Where each stretch begins. */
  readonly at = instants(8);
  readonly queue = places(8);
  readonly #holders: (readonly AgentId[])[] = [];
  /** The longest queue of every so many stretches. */
  readonly #peaks = places(8);
  /** The longest queue so far. */
  longest = 0;

  note(at: VirtualTime, holders: readonly AgentId[], queued: number): void {
    const last = this.#holders.at(-1);
    if (last !== undefined && this.queue.at(this.queue.length - 1) === queued && areEqual(last, holders)) return;
    this.at.push(at);
    const block = Math.floor(this.queue.length / STRIDE);
    this.queue.push(queued);
    if (block < this.#peaks.length) this.#peaks.values[block] = Math.max(this.#peaks.at(block), queued);
    else this.#peaks.push(queued);
    this.#holders.push(holders);
    this.longest = Math.max(this.longest, queued);
  }

  /** Returns the longest queue of the stretches from `first` to `last`. */
  longestIn(first: number, last: number): number {
    let longest = 0;
    for (let i = first; i <= last; )
      if (i % STRIDE === 0 && i + STRIDE - 1 <= last) {
        longest = Math.max(longest, this.#peaks.at(i / STRIDE));
        i += STRIDE;
      } else {
        longest = Math.max(longest, this.queue.at(i));
        i += 1;
      }
    return longest;
  }

  holders(stretch: number): readonly AgentId[] {
    return this.#holders[stretch] ?? NOBODY;
  }
}

const NOBODY: readonly AgentId[] = [];

const areEqual = (one: readonly AgentId[], other: readonly AgentId[]): boolean =>
  one.length === other.length && one.every((agent, i) => other[i] === agent);
