/** The limit to how often a process is started again: one that ends more often than that would do so for ever. */

const MOST = 5;
const WITHIN_MS = 60_000;

export class RestartLimit {
  #restartsMs: number[] = [];

  /** Whether it may be started again now. */
  get allows(): boolean {
    const sinceMs = performance.now() - WITHIN_MS;
    this.#restartsMs = this.#restartsMs.filter((ms) => ms > sinceMs);
    return this.#restartsMs.length < MOST;
  }

  /** To be called when it is. */
  count(): void {
    this.#restartsMs.push(performance.now());
  }
}
