/** The history of a resource: who had it and how long its queue was, in stretches of time without a gap. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { instants, places } from '../column.ts';

export class ResourceHistory {
  /** Where each stretch begins. */
  readonly at = instants(8);
  readonly queue = places(8);
  readonly #holders: (readonly AgentId[])[] = [];
  /** The longest queue so far. */
  longest = 0;

  note(at: VirtualTime, holders: readonly AgentId[], queued: number): void {
    const last = this.#holders.at(-1);
    if (last !== undefined && this.queue.at(this.queue.length - 1) === queued && areEqual(last, holders)) return;
    this.at.push(at);
    this.queue.push(queued);
    this.#holders.push(holders);
    this.longest = Math.max(this.longest, queued);
  }

  holders(stretch: number): readonly AgentId[] {
    return this.#holders[stretch] ?? NOBODY;
  }
}

const NOBODY: readonly AgentId[] = [];

const areEqual = (one: readonly AgentId[], other: readonly AgentId[]): boolean =>
  one.length === other.length && one.every((agent, i) => other[i] === agent);
