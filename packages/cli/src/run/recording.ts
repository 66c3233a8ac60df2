/** The trace of a run that is going on: whole at its end, or not there at all. */
import type { Plan } from '@dragon/engine';
import { outcomeOf, type TraceSubject } from '@dragon/report';
import { TraceWriter } from '@dragon/report/io';
import type { RecordOutlets, Simulated } from './run-here.ts';

export class Recording {
  readonly #writer: TraceWriter;
  readonly #abandon = () => this.#writer.abandon();

  /** Throws a `TraceError` if the file cannot be created. */
  constructor(path: string, subject: TraceSubject, plan: Plan) {
    this.#writer = new TraceWriter(path, subject, plan);
    process.on('exit', this.#abandon);
  }

  get path(): string {
    return this.#writer.path;
  }

  /** Aborted, with the `TraceError`, when the file cannot be written any more. */
  get signal(): AbortSignal {
    return this.#writer.signal;
  }

  /** Take what the run hands out; never throw. */
  get outlets(): RecordOutlets {
    const { row, facts, census, verdict } = this.#writer;
    return { onRow: row, onFacts: facts, onCensus: census, onVerdict: verdict };
  }

  /** Gives the file its name; rejects with a `TraceError`. */
  async finish({ result }: Simulated): Promise<void> {
    const { events, digest, endedAt } = result;
    await this.#writer.finish({ end: true, outcome: outcomeOf(result), events, digest, endedAt });
  }

  /** Removes what is not finished; always to be called. */
  close(): void {
    this.#writer.abandon();
    process.off('exit', this.#abandon);
  }
}
