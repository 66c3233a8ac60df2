/** A budget of messages: so many at once, and so many a second in the long run. */
export class MessageBudget {
  readonly #atOnce: number;
  readonly #aSecond: number;
  #left: number;
  #countedMs: number;

  constructor({ atOnce, aSecond }: { readonly atOnce: number; readonly aSecond: number }, nowMs: number) {
    this.#atOnce = atOnce;
    this.#aSecond = aSecond;
    this.#left = atOnce;
    this.#countedMs = nowMs;
  }

  /** Takes a message. Returns false if it is one too many. */
  take(nowMs: number): boolean {
    const earned = ((nowMs - this.#countedMs) / 1_000) * this.#aSecond;
    this.#left = Math.min(this.#atOnce, this.#left + earned);
    this.#countedMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
