/** The runs that a hunt still needs, one after the other, as far as those are known that they depend on. */
import { type Attempt, Hunt, type HuntedRun } from '@dragon/hunt';
import type { RunRequest } from '@dragon/scenarios';
import type { ChaosRequest } from './chaos-request.ts';

export interface ChaosJob {
  readonly attempt: Attempt;
  readonly request: RunRequest;
}

interface ChaosJobsOptions {
  /** Returns a run that was made before. */
  readonly kept: (index: number) => HuntedRun | undefined;
  /** Called with each of these, when its turn has come. */
  readonly onKept: (attempt: Attempt, run: HuntedRun) => void;
  /** Whether there is no time for more. */
  readonly isOver: () => boolean;
}

export class ChaosJobs implements IterableIterator<ChaosJob> {
  readonly #request: ChaosRequest;
  readonly #hunt: Hunt;
  readonly #kept: (index: number) => HuntedRun | undefined;
  readonly #onKept: (attempt: Attempt, run: HuntedRun) => void;
  readonly #isOver: () => boolean;
  /** Of attempts whose runs are of interest: those that found something. */
  readonly #attempts = new Map<number, Attempt>();

  constructor(request: ChaosRequest, { kept, onKept, isOver }: ChaosJobsOptions) {
    this.#request = request;
    this.#hunt = new Hunt(request.ground, request.manner, (index) => request.seedAt(index));
    this.#kept = kept;
    this.#onKept = onKept;
    this.#isOver = isOver;
  }

  /** Passes over what was made before; returns whether it is known what comes next. */
  isReady(): boolean {
    while (this.#hunt.isReady) {
      const kept = this.#isDone() ? undefined : this.#kept(this.#hunt.made);
      if (kept === undefined) return true;
      const attempt = this.#next();
      this.add(attempt, kept);
      this.#onKept(attempt, kept);
    }
    // Out of time, nobody waits for what is missing.
    return this.#isOver();
  }

  next(): IteratorResult<ChaosJob, undefined> {
    if (this.#isOver() || this.#isDone()) return { done: true, value: undefined };
    const attempt = this.#next();
    return { done: false, value: { attempt, request: this.#request.run(attempt) } };
  }

  [Symbol.iterator](): this {
    return this;
  }

  add({ index }: Attempt, run: HuntedRun): void {
    this.#hunt.add(index, run);
    if (run.finding === null) this.#attempts.delete(index);
  }

  /** Returns the attempt at a place that found something. */
  attempt(index: number): Attempt {
    const attempt = this.#attempts.get(index);
    if (attempt === undefined) throw new Error(`attempt ${index} found nothing`);
    return attempt;
  }

  #isDone(): boolean {
    return this.#hunt.made >= this.#request.count;
  }

  #next(): Attempt {
    const attempt = this.#hunt.next();
    this.#attempts.set(attempt.index, attempt);
    return attempt;
  }
}
