/** The live line of a run that is being shrunk: runs made, and what is left. */
import type { FailingRun, Shrink } from '@dragon/hunt';
import { counted } from '../run/run-output.ts';
import type { Terminal } from '../terminal.ts';

export class ShrinkProgress {
  readonly #terminal: Terminal;
  readonly #shrink: Shrink;
  readonly #started = performance.now();

  constructor(terminal: Terminal, shrink: Shrink) {
    this.#terminal = terminal;
    this.#shrink = shrink;
  }

  /** `137 runs   2 faults, 1 rule, 2 CPUs   12.3 runs/s` */
  show(): void {
    const { runs, smallest } = this.#shrink;
    const rate = runs / ((performance.now() - this.#started) / 1_000);
    this.#terminal.live(
      [counted(runs, 'run', 'runs'), partsText(smallest.run), `${rate.toPrecision(3)} runs/s`].join('   '),
    );
  }
}

/** `2 faults, 1 rule, 2 CPUs`. */
export function partsText({ faults, rules, cpus }: FailingRun): string {
  return [
    counted(faults.length, 'fault', 'faults'),
    counted(rules.length, 'rule', 'rules'),
    counted(cpus, 'CPU', 'CPUs'),
  ].join(', ');
}
