/** The live line of a hunt: runs, findings, and how much of the charts they have reached. */
import type { HuntTally } from '@dragon/hunt';
import { timeSpan } from '../command-context.ts';
import { counted } from '../run/run-output.ts';
import type { Terminal } from '../terminal.ts';

const LINE_MS = 10_000;

/** What ends a hunt: runs, or seconds, or whichever comes first. */
export interface HuntEnd {
  readonly runs: number;
  readonly seconds: number;
}

export class ChaosProgress {
  readonly #terminal: Terminal;
  readonly #tally: HuntTally;
  readonly #end: HuntEnd;
  readonly #isLive: boolean;
  readonly #before: number;
  readonly #started = performance.now();
  #saidAt = performance.now();

  /** `isLive`: the terminal shows a live line. What the tally has is there already. */
  constructor(terminal: Terminal, tally: HuntTally, end: HuntEnd, isLive: boolean) {
    this.#terminal = terminal;
    this.#tally = tally;
    this.#end = end;
    this.#isLive = isLive;
    this.#before = tally.runs;
    this.show();
  }

  show(): void {
    // A bar would leave too little of 80 columns.
    if (this.#isLive) this.#terminal.live(`${Math.floor(100 * this.#share())} %   ${this.#text()}`);
    else if (performance.now() - this.#saidAt >= LINE_MS) {
      this.#saidAt = performance.now();
      this.#terminal.note(this.#text());
    }
  }

  get #seconds(): number {
    return (performance.now() - this.#started) / 1_000;
  }

  #share(): number {
    return Math.min(1, Math.max(this.#tally.runs / this.#end.runs, this.#seconds / this.#end.seconds));
  }

  /** `137 runs, 2 findings   312 transitions, 201 states   12.3/s   38 s left` */
  #text(): string {
    const { runs, found, edges, states } = this.#tally;
    const made = runs - this.#before;
    const parts = [
      `${counted(runs, 'run', 'runs')}, ${counted(found, 'finding', 'findings')}`,
      `${edges.size} transitions, ${states.size} states`,
    ];
    if (made > 0) {
      const rate = made / this.#seconds;
      const left = Math.min((this.#end.runs - runs) / rate, this.#end.seconds - this.#seconds);
      parts.push(`${Number(rate.toPrecision(3))}/s`, `${timeSpan(Math.max(0, left))} left`);
    }
    return parts.join('   ');
  }
}
