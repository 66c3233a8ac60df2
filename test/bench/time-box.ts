/** The time that a bench has, shared out to its rounds: it measures as often as it can, and ends in time. */

export class TimeBox {
  readonly #endsAt: number;

  /** Of so many seconds from now on. */
  constructor(seconds: number) {
    this.#endsAt = performance.now() + 1_000 * seconds;
  }

  /** Seconds that are left; below 0 when it is over. */
  get left(): number {
    return (this.#endsAt - performance.now()) / 1_000;
  }

  /** Returns a part of what is left. */
  part(share: number): TimeBox {
    return new TimeBox(Math.max(0, share * this.left));
  }

  /**
   * Yields the numbers of rounds, from 0 on: `least` at least, at most `most`, and beyond `least` only as long as one
   * more that takes as long as the longest so far would still be in time.
   */
  *rounds(most: number, least = 1): Generator<number> {
    let longest = 0;
    for (let round = 0; round < least || (round < most && this.left > longest); round += 1) {
      const before = this.left;
      yield round;
      longest = Math.max(longest, before - this.left);
    }
  }
}
