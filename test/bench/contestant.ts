/**
 * A contestant: a program in a process of its own that works when it is its turn. Its machine code is made for its own
 * work alone, as it is where it is used, and it measures its CPU time itself, with the threads that collect its garbage
 * and compile.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Json } from '@dragon/engine';

export type Argv = readonly [program: string, ...args: string[]];

export class Contestant<Answer> {
  readonly #argv: Argv;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  /** Starts the program; it is ended when `signal` says so. */
  constructor(argv: Argv, signal: AbortSignal) {
    this.#argv = argv;
    const [program, ...args] = argv;
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], signal });
    // Of an end that was not asked for, the next turn tells.
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Lets it work: a line of JSON goes in, one comes out. */
  async turn(order: Json = null): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    const line = await this.#answers.next();
    if (line.done === true) throw new Error(`${this.#argv.join(' ')} ended in its turn`);
    return JSON.parse(line.value) as Answer;
  }

  async end(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (exitCode !== null || signalCode !== null || pid === undefined) return;
    this.#child.stdin.end();
    await once(this.#child, 'close');
  }
}

/** Lets contestants be used, and ends them all whatever happens. */
export async function withContestants<Named extends Readonly<Record<string, Contestant<unknown>>>, T>(
  named: Named,
  use: (contestants: Named) => Promise<T>,
): Promise<T> {
  try {
    return await use(named);
  } finally {
    await Promise.all(Object.values(named).map((each) => each.end()));
  }
}

/** Returns what a program answers in the first turn of its process, cold. */
export async function coldTurn<Answer>(argv: Argv, signal: AbortSignal, order: Json = null): Promise<Answer> {
  return withContestants({ it: new Contestant<Answer>(argv, signal) }, ({ it }) => it.turn(order));
}
