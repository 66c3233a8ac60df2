/** The frames that a channel dropped: counted one by one, told of in one line a second at most. */

import { plainText } from './plain-text.ts';

/** How often they are told of, in milliseconds. */
const TOLD_EVERY_MS = 1_000;
/** What others sent is quoted, but not at length. */
const LONGEST_QUOTE = 200;

export class BadFrames {
  /** Dropped so far. */
  count = 0;
  readonly #tell: (text: string) => void;
  #untold = 0;
  #latest = '';
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** Counts a frame, and tells of it unless others were told of just now: then it is told of with those to come. */
  add(problem: string): void {
    this.count += 1;
    this.#untold += 1;
    this.#latest = problem;
    if (performance.now() - this.#toldAt >= TOLD_EVERY_MS) this.flush();
  }

  /** Tells of those that were not told of yet. */
  flush(): void {
    if (this.#untold === 0) return;
    const count = this.#untold;
    this.#untold = 0;
    this.#toldAt = performance.now();
    const problem = plainText(this.#latest.slice(0, LONGEST_QUOTE));
    this.#tell(
      count === 1 ? `dropped a bad frame: ${problem}` : `dropped ${count} bad frames, the last one: ${problem}`,
    );
  }
}
