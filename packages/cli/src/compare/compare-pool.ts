/** Worker threads that share out the runs of a comparison. */
import { Worker } from 'node:worker_threads';
import type { RunMeasures } from '@dragon/compare';
import type { RunSettings } from '@dragon/scenarios';
import type { BundledProgram } from '../bundle/bundled-programs.ts';
import type { CompareJob } from './compare-request.ts';

export interface RunOrder {
  readonly scenario: string;
  readonly settings: RunSettings;
}

export type RunAnswer =
  | { readonly measures: RunMeasures }
  | { readonly failure: { readonly message: string; readonly stack?: string | undefined } };

export interface PoolOptions {
  readonly program: BundledProgram;
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Called in the order in which runs end, which is no order. */
  readonly onMeasures: (job: CompareJob, measures: RunMeasures) => void;
  /** Called before a run's failure rejects everything. */
  readonly onFailure: (job: CompareJob) => void;
}

/** Makes all runs. Rejects with the first failure, or with the signal's reason; no worker is left then. */
export async function runJobs(jobs: readonly CompareJob[], options: PoolOptions): Promise<void> {
  const { program, signal } = options;
  signal.throwIfAborted();
  const queue = jobs.values();
  const workers = Array.from(
    { length: Math.min(options.workers, jobs.length) },
    () => new Worker(program.path, { execArgv: [...program.execArgv] }),
  );
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    await Promise.race([stopped, Promise.all(workers.map((worker) => keepBusy(worker, queue, options)))]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function keepBusy(worker: Worker, queue: Iterator<CompareJob>, options: PoolOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let job: CompareJob | undefined;
    const next = () => {
      const { value, done } = queue.next();
      if (done) {
        resolve();
        return;
      }
      job = value;
      worker.postMessage(
        {
          scenario: value.request.scenario,
          settings: value.request.settings,
        } satisfies RunOrder,
        [],
      );
    };
    const fail = (error: Error) => {
      if (job !== undefined) options.onFailure(job);
      reject(error);
    };
    worker.on('message', (answer: RunAnswer) => {
      if ('failure' in answer) {
        fail(Object.assign(new Error(answer.failure.message), answer.failure));
        return;
      }
      try {
        if (job !== undefined) options.onMeasures(job, answer.measures);
        job = undefined;
        next();
      } catch (error) {
        reject(error);
      }
    });
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`a worker thread ended with code ${code}`)));
    next();
  });
}
