/** The worker threads of a host: each makes one run at a time, and stays warm for the next. */
import { Worker } from 'node:worker_threads';
import { isPlainObject } from '@dragon/engine';
import type { BundledProgram } from '../bundle/bundled-programs.ts';
import type { RunOrder, RunReply } from '../many-runs/run-pool.ts';

export class RunThreads {
  readonly #program: BundledProgram;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();

  /** `program`: that of a thread of many runs. */
  constructor(program: BundledProgram) {
    this.#program = program;
  }

  /**
   * Makes the run that is ordered, in a thread of its own while it is being made. Resolves with undefined if the order
   * is none, if its thread dies, or if nobody wants it any more.
   */
  async make(order: unknown, signal: AbortSignal): Promise<RunReply | undefined> {
    if (!isRunOrder(order) || signal.aborted) return undefined;
    const thread = this.#idle.pop() ?? this.#start();
    const end = () => void thread.terminate();
    signal.addEventListener('abort', end, { once: true });
    try {
      const reply = await new Promise<RunReply | undefined>((resolve) => {
        thread.once('message', resolve);
        thread.once('exit', () => resolve(undefined));
        thread.postMessage(order, []);
      });
      if (reply !== undefined && !signal.aborted) this.#idle.push(thread);
      else end();
      return reply;
    } finally {
      signal.removeEventListener('abort', end);
      thread.removeAllListeners('message');
      thread.removeAllListeners('exit');
      thread.once('exit', () => this.#all.delete(thread));
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
  }

  #start(): Worker {
    const thread = new Worker(this.#program.path, { execArgv: [] });
    this.#all.add(thread);
    // Its end is what counts.
    thread.on('error', () => undefined);
    return thread;
  }
}

/** What else is wrong with it, its thread says as it would of any run. */
function isRunOrder(order: unknown): order is RunOrder {
  return isPlainObject(order) && typeof order['scenario'] === 'string' && isPlainObject(order['settings']);
}
