/** The runs that shrinking a run still needs, one after the other, as far as it is known which. */
import type { FailingRun, Shrink } from '@dragon/hunt';
import type { RunRequest } from '@dragon/scenarios';

export interface ShrinkJob {
  readonly run: FailingRun;
  readonly request: RunRequest;
}

export class ShrinkJobs implements IterableIterator<ShrinkJob> {
  readonly #shrink: Shrink;
  readonly #requestOf: (run: FailingRun) => RunRequest;

  constructor(shrink: Shrink, requestOf: (run: FailingRun) => RunRequest) {
    this.#shrink = shrink;
    this.#requestOf = requestOf;
  }

  /** Whether it is known what comes next, or that nothing does. */
  isReady(): boolean {
    return this.#shrink.isOver || this.#shrink.isReady;
  }

  next(): IteratorResult<ShrinkJob, undefined> {
    if (this.#shrink.isOver) return { done: true, value: undefined };
    const run = this.#shrink.next();
    return { done: false, value: { run, request: this.#requestOf(run) } };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
