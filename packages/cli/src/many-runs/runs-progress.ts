/** Progress of many runs: a live line with a bar on a terminal, now and then a plain line elsewhere. */
import { progressBar, timeSpan } from '../command-context.ts';
import type { Terminal } from '../terminal.ts';

const LINE_MS = 10_000;

export class RunsProgress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #before: number;
  readonly #isLive: boolean;
  readonly #started = performance.now();
  #done: number;
  #saidAt = performance.now();

  /** `done` of the `total` runs are there already; `isLive`: the terminal shows a live line. */
  constructor(terminal: Terminal, total: number, done: number, isLive: boolean) {
    this.#terminal = terminal;
    this.#total = total;
    this.#before = done;
    this.#done = done;
    this.#isLive = isLive;
    this.show();
  }

  /** One more run is done. */
  step(): void {
    this.#done += 1;
    this.show();
  }

  show(): void {
    if (this.#isLive) this.#terminal.live(`${progressBar(this.#done / Math.max(1, this.#total))} ${this.#text()}`);
    else if (performance.now() - this.#saidAt >= LINE_MS) {
      this.#saidAt = performance.now();
      this.#terminal.note(this.#text());
    }
  }

  /** `137 of 600 runs   12.3 runs/s   about 38 s left` */
  #text(): string {
    const seconds = (performance.now() - this.#started) / 1_000;
    const made = this.#done - this.#before;
    const counts = `${this.#done} of ${this.#total} runs`;
    if (made === 0) return counts;
    const rate = made / seconds;
    return `${counts}   ${rate.toPrecision(3)} runs/s   about ${timeSpan((this.#total - this.#done) / rate)} left`;
  }
}
