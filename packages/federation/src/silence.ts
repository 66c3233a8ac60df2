/** A measure of silence that a busy or a sleeping machine cannot fool. */

/**
 * Calls `onSilence` once nothing was heard for `limit` milliseconds. Time is added up tick by tick and no tick counts
 * for more than twice its length: a process that was stopped, or could not run, has not listened in the meantime
 * either.
 */
export class Silence {
  limit: number;
  readonly #timer: NodeJS.Timeout;
  #silent = 0;
  #last = performance.now();

  constructor(limit: number, onSilence: () => void) {
    this.limit = limit;
    const tick = Math.max(1, Math.min(100, limit / 10));
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#silent += Math.min(now - this.#last, 2 * tick);
      this.#last = now;
      if (this.#silent < this.limit) return;
      this.stop();
      onSilence();
    }, tick);
  }

  heard(): void {
    this.#silent = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
