/** Chunks that have come from the worker and wait to be shown with a next frame. */
import type { RecordChunk } from '@dragon/inspection';
import type { PageRun } from './worker-protocol.ts';

interface PendingChunk {
  readonly run: PageRun;
  readonly chunk: RecordChunk;
}

/** Seconds between two looks at a trace that is being read: to show each piece of it would take longer than to read. */
const READING_PERIOD = 0.25;

export class PendingChunks {
  #chunks: PendingChunk[] = [];
  /** Seconds since some were taken. */
  #waited = READING_PERIOD;

  add(run: PageRun, chunk: RecordChunk): void {
    this.#chunks.push({ run, chunk });
  }

  forget(run: PageRun): void {
    this.#chunks = this.#chunks.filter((each) => each.run !== run);
  }

  /** Returns those to be shown with this frame; none if it is too early for them. */
  due(elapsedSeconds: number, isReading: boolean): readonly PendingChunk[] {
    this.#waited += elapsedSeconds;
    if (this.#chunks.length === 0 || (isReading && this.#waited < READING_PERIOD)) return NONE;
    const due = this.#chunks;
    this.#chunks = [];
    this.#waited = 0;
    return due;
  }
}

const NONE: readonly PendingChunk[] = [];
