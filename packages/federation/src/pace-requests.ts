/** The requests of watchers for a pace, numbered by each: one that was made before is not heard again. */
import type { Frame } from './frame.ts';

/** Watchers whose requests are kept apart; the one that asked first is forgotten for a newer one. */
const MOST_WATCHERS = 256;

export class PaceRequests {
  readonly #latest = new Map<string, number>();

  /** Returns true for a request that was not made before. */
  isNew({ from, request }: Pick<Frame<'pace'>, 'from' | 'request'>): boolean {
    if (request <= (this.#latest.get(from) ?? -1)) return false;
    this.#latest.set(from, request);
    if (this.#latest.size > MOST_WATCHERS) for (const oldest of this.#latest.keys()) return this.#latest.delete(oldest);
    return true;
  }
}
