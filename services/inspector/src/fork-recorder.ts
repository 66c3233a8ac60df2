/** A fork, recorded: the run of a plan with faults in it is made and written down, one at a time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LocalRun } from '@dragon/engine';
import type { ForkAnswer, ForkRequest } from '@dragon/inspection';
import { kernelFinders, outcomeOf } from '@dragon/report';
import { TraceWriter } from '@dragon/report/io';
import { DEFINITIONS } from '@dragon/scenarios';

const SLICE = 1_024;

export class ForkRecorder {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #isBusy = false;

  /** Traces are written into `folder`. */
  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Rejects with a `TraceError` if the trace cannot be written, and with what the run throws. */
  async record({ subject, plan }: ForkRequest): Promise<ForkAnswer> {
    this.#isBusy = true;
    const file = freeName(this.#folder);
    let writer: TraceWriter | undefined;
    try {
      writer = new TraceWriter(join(this.#folder, file), subject, plan);
      const { finders } = kernelFinders();
      const { row: onRow, facts: onFacts, census: onCensus, verdict: onVerdict } = writer;
      const run = new LocalRun(plan, DEFINITIONS, { finders, onRow, onFacts, onCensus, onVerdict });
      while (run.advance(SLICE)) {
        await nextTurn();
        this.#signal.throwIfAborted();
        writer.signal.throwIfAborted();
      }
      const result = run.result();
      const { digest, events, endedAt } = result;
      const outcome = outcomeOf(result);
      await writer.finish({ end: true, outcome, events, digest, endedAt });
      return { file, digest, outcome, events, endedAt };
    } finally {
      this.#isBusy = false;
      writer?.abandon();
    }
  }
}

function freeName(folder: string): string {
  for (let number = 1; ; number += 1) {
    const name = `fork-${number}.trace`;
    if (!existsSync(join(folder, name))) return name;
  }
}
