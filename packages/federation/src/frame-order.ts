/** The order of numbered frames of a stream over a link that may lose, double and overtake them. */

/** The most frames that wait for one before them. */
const HELD_FRAMES = 256;

export class FrameOrder<T extends { readonly seq: number }> {
  #next = 0;
  readonly #held = new Map<number, T>();
  /** The frame that was waited for at the last tick. */
  #awaited = -1;

  /** Takes a frame. Returns those whose turn has come; one that comes twice, or too late, has none. */
  take(frame: T): T[] {
    if (frame.seq < this.#next) return [];
    this.#held.set(frame.seq, frame);
    if (this.#held.size > HELD_FRAMES) this.#skip();
    return this.#ready();
  }

  /** Returns the frames that have waited for another one since the last tick: it will not come. */
  tick(): T[] {
    if (this.#held.size === 0) return [];
    if (this.#awaited === this.#next) this.#skip();
    else this.#awaited = this.#next;
    return this.#ready();
  }

  #skip(): void {
    this.#next = Math.min(...this.#held.keys());
  }

  #ready(): T[] {
    const ready: T[] = [];
    for (let frame = this.#held.get(this.#next); frame !== undefined; frame = this.#held.get(this.#next)) {
      this.#held.delete(this.#next);
      this.#next += 1;
      ready.push(frame);
    }
    return ready;
  }
}
