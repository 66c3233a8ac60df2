/** How often a process that ends unasked is started again: one that ends more often than that would do so for ever. */

const MOST = 5;
const WITHIN_MS = 60_000;

export class RestartBudget {
  #taken: number[] = [];

  get isLeft(): boolean {
    const sinceMs = performance.now() - WITHIN_MS;
    this.#taken = this.#taken.filter((ms) => ms > sinceMs);
    return this.#taken.length < MOST;
  }

  /** Takes one restart from what is left, and returns how many were taken lately before it. */
  take(): number {
    return this.#taken.push(performance.now()) - 1;
  }
}
