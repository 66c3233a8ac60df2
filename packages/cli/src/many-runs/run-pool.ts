/** Worker threads that share out many runs: each loads the scenarios once and makes run after run, warm. */
import { Worker } from 'node:worker_threads';
import type { RunMeasures } from '@dragon/compare';
import type { FoundRun, HuntedRun } from '@dragon/hunt';
import type { RunRequest, RunSettings } from '@dragon/scenarios';
import type { BundledProgram } from '../bundle/bundled-programs.ts';
import { dragonCommand } from '../dragon-command.ts';
import { OperationalError } from '../failure.ts';
import { type ErrorData, errorFromData } from './error-data.ts';
import type { RunVerdict } from './run-verdict.ts';

/** What can be asked of a run, and what is answered: plain data, as it travels between threads. */
export interface RunAnswers {
  readonly measures: RunMeasures;
  readonly verdict: RunVerdict;
  readonly hunted: HuntedRun;
  readonly found: FoundRun;
}

export interface RunOrder {
  readonly scenario: string;
  readonly settings: RunSettings;
  readonly asked: keyof RunAnswers;
  /** Events after which a hunted run is not waited for. */
  readonly mostEvents?: number | undefined;
}

export type RunReply = { readonly answer: RunAnswers[keyof RunAnswers] } | { readonly failure: ErrorData };

export interface PoolOptions<Asked extends keyof RunAnswers, Job> {
  readonly program: BundledProgram;
  /** Threads; no more are started than there are runs. */
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly asked: Asked;
  /** Called in the order in which runs end, which is no order; `index` is the job's place. */
  readonly onAnswer: (job: Job, answer: RunAnswers[Asked], index: number) => void;
  readonly mostEvents?: number;
  /** Whether the next job can be drawn, for jobs that depend on earlier answers; asked again after each answer. */
  readonly mayDraw?: () => boolean;
  /** Called before a run's failure rejects everything. */
  readonly onFailure: (job: Job) => void;
}

/** Orders that a worker has at a time: one that it makes, and one that it need not wait for. */
const GIVEN = 2;

/** How far the runs may get ahead of the first that is not done: what somebody who wants them in order has to keep. */
const AHEAD = 1_024;

/**
 * Makes `count` runs. Rejects with the first failure, or with the signal's reason; no worker is left then. A worker
 * that dies is an `OperationalError` that names its run.
 */
export async function makeRuns<Asked extends keyof RunAnswers, Job extends { readonly request: RunRequest }>(
  jobs: Iterable<Job>,
  count: number,
  options: PoolOptions<Asked, Job>,
): Promise<void> {
  const { program, signal } = options;
  signal.throwIfAborted();
  // Without a thread nothing would be drawn, and nobody would see that nothing is left.
  if (count === 0) return;
  const threads: Worker[] = [];
  const { promise: stopped, reject: stop } = withReject();
  const onAbort = () => stop(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (threads.length < Math.max(1, Math.min(options.workers, count)))
      threads.push(new Worker(program.path, { execArgv: [] }));
    await Promise.race([stopped, new Pool(jobs, threads, options).done]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

interface Given<Job> {
  readonly job: Job;
  readonly index: number;
}

class Pool<Asked extends keyof RunAnswers, Job extends { readonly request: RunRequest }> {
  /** Resolves when all jobs are done. */
  readonly done: Promise<void>;
  readonly #jobs: Iterator<Job>;
  readonly #options: PoolOptions<Asked, Job>;
  /** What each thread has to do, in the order in which it answers. */
  readonly #given = new Map<Worker, Given<Job>[]>();
  readonly #doneAhead = new Set<number>();
  #next = 0;
  /** The first that is not done. */
  #oldest = 0;
  #isDrawn = false;

  constructor(jobs: Iterable<Job>, threads: readonly Worker[], options: PoolOptions<Asked, Job>) {
    this.#jobs = jobs[Symbol.iterator]();
    this.#options = options;
    this.done = new Promise((resolve, reject) => {
      for (const thread of threads) this.#listen(thread, resolve, reject);
      this.#feed();
      if (this.#isOver()) resolve();
    });
  }

  #listen(thread: Worker, resolve: () => void, reject: (error: unknown) => void): void {
    const given: Given<Job>[] = [];
    this.#given.set(thread, given);
    const died = (why: string) => {
      const run =
        given[0] === undefined
          ? 'before its first run'
          : `in the run ${dragonCommand(given[0].job.request.replayArguments)}`;
      reject(new OperationalError(`a worker thread died ${run}: ${why}`));
    };
    thread.on('message', (reply: RunReply) => {
      try {
        this.#take(given, reply);
        this.#feed();
        if (this.#isOver()) resolve();
      } catch (error) {
        reject(error);
      }
    });
    // An error overtakes the answers before it; when the thread has ended, all of them are there.
    let thrown: string | undefined;
    thread.on('error', (error) => {
      thrown = error.message;
    });
    thread.on('exit', (code) => died(thrown ?? `it ended with code ${code}`));
  }

  #take(given: Given<Job>[], reply: RunReply): void {
    const first = given.shift();
    if (first === undefined) throw new Error('a worker thread answered what it was not asked');
    const { job, index } = first;
    if ('failure' in reply) {
      this.#options.onFailure(job);
      throw errorFromData(reply.failure);
    }
    this.#doneAhead.add(index);
    while (this.#doneAhead.delete(this.#oldest)) this.#oldest += 1;
    this.#options.onAnswer(job, reply.answer as RunAnswers[Asked], index);
  }

  /** Round by round, so that with few jobs every thread has one. */
  #feed(): void {
    for (let depth = 1; depth <= GIVEN; depth += 1)
      for (const [thread, given] of this.#given) if (given.length < depth) this.#give(thread, given);
  }

  #give(thread: Worker, given: Given<Job>[]): void {
    if (this.#isDrawn || this.#next >= this.#oldest + AHEAD || this.#options.mayDraw?.() === false) return;
    const drawn = this.#jobs.next();
    if (drawn.done === true) {
      this.#isDrawn = true;
      return;
    }
    const { scenario, settings } = drawn.value.request;
    const { asked, mostEvents } = this.#options;
    given.push({ job: drawn.value, index: this.#next });
    this.#next += 1;
    thread.postMessage({ scenario, settings, asked, mostEvents } satisfies RunOrder, []);
  }

  #isOver(): boolean {
    return this.#isDrawn && this.#oldest === this.#next;
  }
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
