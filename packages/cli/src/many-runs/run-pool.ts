/** Worker threads that share out many runs: each loads the scenarios once and makes run after run, warm. */
import { Worker } from 'node:worker_threads';
import type { RunMeasures } from '@dragon/compare';
import { isPlainObject } from '@dragon/engine';
import type { FoundRun, HuntedRun } from '@dragon/hunt';
import type { RunRequest, RunSettings } from '@dragon/scenarios';
import type { BundledProgram } from '../bundle/bundled-programs.ts';
import { dragonCommand } from '../dragon-command.ts';
import { OperationalError } from '../failure.ts';
import type { Crew } from './crew.ts';
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
  /** Events after which a run that is hunted or measured is not waited for. */
  readonly mostEvents?: number | undefined;
}

export type RunReply = { readonly answer: RunAnswers[keyof RunAnswers] } | { readonly failure: ErrorData };

export interface PoolOptions<Asked extends keyof RunAnswers, Job> {
  readonly program: BundledProgram;
  /** Threads; no more are started than there are runs. */
  readonly workers: number;
  /** Hosts that make runs, too; it is closed in the end. */
  readonly crew?: Crew | undefined;
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
  const { program, signal, crew } = options;
  const threads: Worker[] = [];
  const { promise: stopped, reject: stop } = withReject();
  const onAbort = () => stop(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    // Without a thread nothing would be drawn, and nobody would see that nothing is left.
    if (count === 0) return;
    while (threads.length < Math.max(1, Math.min(options.workers, count)))
      threads.push(new Worker(program.path, { execArgv: [] }));
    await Promise.race([stopped, new Pool(jobs, threads, options).done]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    crew?.handout.listen(nothing, nothing);
    await Promise.all([...threads.map((thread) => thread.terminate()), crew?.close()]);
  }
}

const nothing = () => undefined;

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
  /** What the crew has to do, and no thread has taken over; the oldest first. */
  readonly #away = new Map<number, Given<Job>>();
  readonly #doneAhead = new Set<number>();
  /** What a thread does though the crew was asked first. */
  readonly #takenOver = new Map<number, Given<Job>>();
  #next = 0;
  /** The first that is not done. */
  #oldest = 0;
  #isDrawn = false;

  constructor(jobs: Iterable<Job>, threads: readonly Worker[], options: PoolOptions<Asked, Job>) {
    this.#jobs = jobs[Symbol.iterator]();
    this.#options = options;
    this.done = new Promise((resolve, reject) => {
      const attempt = (action: () => void) => {
        try {
          action();
          this.#feed();
          if (this.#isOver()) resolve();
        } catch (error) {
          reject(error);
        }
      };
      for (const thread of threads) this.#listen(thread, attempt, reject);
      options.crew?.handout.listen(
        (index, reply) => attempt(() => this.#takeFromAfar(index, reply)),
        () => attempt(() => undefined),
      );
      attempt(() => undefined);
    });
  }

  #listen(thread: Worker, attempt: (action: () => void) => void, reject: (error: unknown) => void): void {
    const given: Given<Job>[] = [];
    this.#given.set(thread, given);
    const died = (why: string) => {
      const run =
        given[0] === undefined
          ? 'before its first run'
          : `in the run ${dragonCommand(given[0].job.request.replayArguments)}`;
      reject(new OperationalError(`a worker thread died ${run}: ${why}`));
    };
    thread.on('message', (reply: RunReply) => attempt(() => this.#take(given, reply)));
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
    this.#options.crew?.handout.forget(first.index);
    this.#done(first, reply);
  }

  /** A thread that has taken the run over may be first, or second. */
  #takeFromAfar(index: number, reply: unknown): void {
    const given = this.#away.get(index) ?? this.#takenOver.get(index);
    // What is no reply leaves the run to a thread.
    if (given === undefined || !isRunReply(reply)) return;
    this.#away.delete(index);
    this.#done(given, reply);
  }

  #done({ job, index }: Given<Job>, reply: RunReply): void {
    this.#takenOver.delete(index);
    if (index < this.#oldest || this.#doneAhead.has(index)) return;
    if ('failure' in reply) {
      this.#options.onFailure(job);
      throw errorFromData(reply.failure);
    }
    this.#doneAhead.add(index);
    while (this.#doneAhead.delete(this.#oldest)) this.#oldest += 1;
    this.#options.onAnswer(job, reply.answer as RunAnswers[Asked], index);
  }

  /** Round by round, so that with few jobs every thread has one, then the crew. */
  #feed(): void {
    for (let depth = 1; depth <= GIVEN; depth += 1) {
      for (const [thread, given] of this.#given) {
        if (given.length >= depth) continue;
        const next = this.#draw() ?? (given.length === 0 ? this.#takeOver() : undefined);
        if (next === undefined) continue;
        given.push(next);
        thread.postMessage(this.#order(next), []);
      }
      this.#feedCrew();
    }
  }

  #feedCrew(): void {
    const handout = this.#options.crew?.handout;
    if (handout === undefined) return;
    for (let { room } = handout; room > 0; room -= 1) {
      const next = this.#draw();
      if (next === undefined) return;
      this.#away.set(next.index, next);
      handout.give(next.index, this.#order(next));
    }
  }

  /** Returns the next job, if there is one that may be begun. */
  #draw(): Given<Job> | undefined {
    if (this.#isDrawn || this.#next >= this.#oldest + AHEAD || this.#options.mayDraw?.() === false) return undefined;
    const drawn = this.#jobs.next();
    if (drawn.done === true) {
      this.#isDrawn = true;
      return undefined;
    }
    this.#next += 1;
    return { job: drawn.value, index: this.#next - 1 };
  }

  /**
   * Returns what the crew was asked for and has not made yet. A thread has nothing else to do; so nothing depends on
   * hosts, nor on their queue.
   */
  #takeOver(): Given<Job> | undefined {
    const [oldest] = this.#away.values();
    if (oldest === undefined) return undefined;
    this.#away.delete(oldest.index);
    this.#takenOver.set(oldest.index, oldest);
    return oldest;
  }

  #order({ job }: Given<Job>): RunOrder {
    const { scenario, settings } = job.request;
    const { asked, mostEvents } = this.#options;
    return { scenario, settings, asked, mostEvents };
  }

  #isOver(): boolean {
    return this.#isDrawn && this.#oldest === this.#next;
  }
}

const isRunReply = (reply: unknown): reply is RunReply =>
  isPlainObject(reply) && (reply['answer'] !== undefined || isPlainObject(reply['failure']));

function withReject(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
