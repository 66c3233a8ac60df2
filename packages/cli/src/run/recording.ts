/** The trace of a run that is going on: whole at its end, or not there at all. */
import type { Plan, Row } from '@dragon/engine';
import { outcomeOf, type TraceSubject } from '@dragon/report';
import { TraceWriter } from '@dragon/report/io';
import type { Simulated } from './run-here.ts';

export class Recording {
  readonly path: string;
  readonly #writer: TraceWriter;
  readonly #failure = new AbortController();
  readonly #abandon = () => this.#writer.abandon();

  /** Throws a `TraceError` if the file cannot be created. */
  constructor(path: string, subject: TraceSubject, plan: Plan) {
    this.path = path;
    this.#writer = new TraceWriter(path, subject, plan);
    process.on('exit', this.#abandon);
  }

  /** Aborted, with the `TraceError`, when the file cannot be written any more. */
  get signal(): AbortSignal {
    return this.#failure.signal;
  }

  /** Never throws: the step of an agent in which it is called is not to blame. */
  readonly row = (row: Row): void => {
    if (this.signal.aborted) return;
    try {
      this.#writer.row(row);
    } catch (error) {
      this.#failure.abort(error);
    }
  };

  /** Gives the file its name. */
  finish({ result }: Simulated): void {
    this.signal.throwIfAborted();
    const { events, digest, endedAt } = result;
    this.#writer.finish({ end: true, outcome: outcomeOf(result), events, digest, endedAt });
  }

  /** Removes what is not finished; always to be called. */
  close(): void {
    this.#writer.abandon();
    process.off('exit', this.#abandon);
  }
}
