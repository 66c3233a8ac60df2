/** Waits of a run from their beginnings to their ends, as the tasks told them. */
import type { AgentId, VirtualTime, Wait } from '@dragon/engine';

/** A wait; one that is replaced by a wait for the same in the same mode goes on. */
export interface WaitInterval {
  readonly agent: AgentId;
  readonly wait: Wait;
  readonly from: VirtualTime;
  /** Infinite while it lasts. */
  to: VirtualTime;
}

export class WaitIntervals {
  readonly #began: WaitInterval[] = [];
  readonly #ended: WaitInterval[] = [];
  readonly #open = new Map<AgentId, WaitInterval>();

  /** In the order in which they began. */
  get began(): readonly WaitInterval[] {
    return this.#began;
  }

  /** Those that are over, in the order in which they ended. */
  get ended(): readonly WaitInterval[] {
    return this.#ended;
  }

  /** From `at` on the agent waits for this; null: for nothing. */
  take(agent: AgentId, wait: Wait | null, at: VirtualTime): void {
    const open = this.#open.get(agent);
    if (open !== undefined && wait !== null && open.wait.resource === wait.resource && open.wait.mode === wait.mode)
      return;
    if (open !== undefined) {
      open.to = at;
      this.#ended.push(open);
      this.#open.delete(agent);
    }
    if (wait === null) return;
    const next = { agent, wait, from: at, to: Number.POSITIVE_INFINITY };
    this.#began.push(next);
    this.#open.set(agent, next);
  }
}

/** Returns the place of the first wait that began after `t`, of waits in the order in which they began. */
export function firstAfter(waits: readonly WaitInterval[], t: VirtualTime): number {
  let [low, high] = [0, waits.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((waits[middle]?.from ?? t) <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
