/**
 * A run that is being shrunk: which runs to make next, given what became of those before. It comes to the same whoever
 * makes the runs, how many at a time, and in whatever order they end.
 */
import type { Failure, FailingRun, Proposals } from './failing-run.ts';
import { type Bounds, shrinking } from './shrinking.ts';

export class Shrink {
  readonly #search: Proposals;
  /** What became of runs: null of one that did not fail, or otherwise; undefined of one that is being made. */
  readonly #known = new Map<string, Failure | null | undefined>();
  #proposals: readonly FailingRun[] = [];
  #smallest: Failure;
  #runs = 0;
  #isOver = false;

  constructor(failure: Failure, bounds: Bounds) {
    this.#smallest = failure;
    this.#search = shrinking(failure, bounds);
    this.#known.set(keyOf(failure.run), failure);
    this.#advance(undefined);
  }

  /** The simplest run so far. */
  get smallest(): Failure {
    return this.#smallest;
  }

  /** How many were made. */
  get runs(): number {
    return this.#runs;
  }

  /** Whether nothing gets simpler any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether there is a run to make before others have ended. */
  get isReady(): boolean {
    return this.#open() !== undefined;
  }

  /** Returns a run to make; `isReady` has to be true. */
  next(): FailingRun {
    const run = this.#open();
    if (run === undefined) throw new Error('there is no run to make before others have ended');
    this.#known.set(keyOf(run), undefined);
    return run;
  }

  /** Takes what became of a run: when it failed as it should, or null. */
  add(run: FailingRun, at: Failure['at'] | null): void {
    this.#runs += 1;
    this.#known.set(keyOf(run), at === null ? null : { run, at });
    this.#settle();
  }

  /** The first proposal that nobody makes, unless one before it fails: then those behind it are of no interest. */
  #open(): FailingRun | undefined {
    for (const run of this.#proposals) {
      const key = keyOf(run);
      if (!this.#known.has(key)) return run;
      if (this.#known.get(key)) return undefined;
    }
    return undefined;
  }

  /** Goes on while it is certain which of the proposals is the first that fails. */
  #settle(): void {
    while (!this.#isOver) {
      const fates = this.#proposals.map((run) => this.#known.get(keyOf(run)));
      const first = fates.find((each) => each !== null);
      if (first === undefined && fates.some((each) => each === undefined)) return;
      this.#advance(first ?? undefined);
    }
  }

  #advance(answer: Failure | undefined): void {
    if (answer !== undefined) this.#smallest = answer;
    const { done, value } = this.#search.next(answer);
    this.#isOver = done === true;
    this.#proposals = done === true ? [] : value;
  }
}

const keyOf = (run: FailingRun): string => JSON.stringify(run);
