/** The rate at which a page shows a run that goes on, against the rate at which it is told: a slow page says so. */

/** In a second. */
export interface UpdateLag {
  readonly shown: number;
  readonly told: number;
}

const SECOND_MS = 1_000;
/** Of so few, one more or less says nothing. */
const FEWEST = 10;
/** A page that shows less of what it is told is slow. */
const ENOUGH = 0.8;

export class UpdateRate {
  #sinceMs: number | undefined;
  #toldBefore = 0;
  #shown = 0;
  #lag: UpdateLag | undefined;

  /**
   * Takes in a frame of the page at `nowMs`, up to which it was told of `told` changes in all; `isShown`: whether this
   * frame shows a new one. Returns what the last whole second lacked; undefined if it was near enough.
   */
  frame(nowMs: number, told: number, isShown: boolean): UpdateLag | undefined {
    this.#sinceMs ??= nowMs;
    if (isShown) this.#shown += 1;
    const seconds = (nowMs - this.#sinceMs) / SECOND_MS;
    if (seconds < 1) return this.#lag;
    const [shown, all] = [this.#shown, told - this.#toldBefore].map((count) => Math.round(count / seconds));
    this.#sinceMs = nowMs;
    this.#toldBefore = told;
    this.#shown = 0;
    const isSlow = shown !== undefined && all !== undefined && all >= FEWEST && shown < all * ENOUGH;
    this.#lag = isSlow ? { shown, told: all } : undefined;
    return this.#lag;
  }
}
