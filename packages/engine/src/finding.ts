/**
 * What looks for trouble while a run goes on. The engine and the coordinator drive it; packages/report implements it.
 */
import type { FactsChange } from './facts.ts';
import type { VirtualTime } from './time.ts';

/**
 * Told of every change of facts, instant by instant: all changes of one virtual instant, then `check`. Within an
 * instant the order between agents is unspecified, so a finder must look at the instant as a whole.
 */
export interface Finder {
  apply(change: FactsChange): void;
  /** Returns true when what was applied up to and at `at` holds a finding for the first time. */
  check(at: VirtualTime): boolean;
}

/**
 * Feeds changes to a finder in virtual time and says when the run ends. `settle(before)` may only be called when no
 * change earlier than `before` can arrive any more.
 */
export class FindingWatch {
  readonly #finder: Finder;
  #pending: FactsChange[] = [];
  /** The instant of the first finding. */
  foundAt: VirtualTime | undefined;

  constructor(finder: Finder) {
    this.#finder = finder;
  }

  add(change: FactsChange): void {
    this.#pending.push(change);
  }

  /** Applies all pending changes earlier than `before`, checking after each instant. */
  settle(before: VirtualTime): void {
    if (this.#pending.length === 0) return;
    // A stable sort keeps each agent's own changes in their order.
    const pending = this.#pending.sort((x, y) => x.at - y.at);
    let next = 0;
    while (next < pending.length) {
      const at = pending[next]?.at ?? before;
      if (at >= before) break;
      for (let change = pending[next]; change?.at === at; change = pending[next]) {
        this.#finder.apply(change);
        next += 1;
      }
      if (this.#finder.check(at)) this.foundAt ??= at;
    }
    this.#pending = pending.slice(next);
  }
}
