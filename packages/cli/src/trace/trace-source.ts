/** A trace file being read: header and plan at once, its rows as they are taken, its footer after the last of them. */
import type { Json, Row, VirtualTime } from '@dragon/engine';
import type { TraceFooter, TraceHeader } from '@dragon/report';
import { readTrace, readTraceHead } from '@dragon/report/io';
import { setImmediate as nextTurn } from 'node:timers/promises';

export class TraceSource {
  readonly path: string;
  readonly header: TraceHeader;
  /** The plan that was recorded; nobody has looked yet whether it can be run. */
  readonly plan: Json;
  #footer: TraceFooter | undefined;

  private constructor(path: string, header: TraceHeader, plan: Json) {
    this.path = path;
    this.header = header;
    this.plan = plan;
  }

  /** Throws a `TraceError` if this is no trace. */
  static async open(path: string): Promise<TraceSource> {
    const { header, plan } = await readTraceHead(path);
    return new TraceSource(path, header, plan);
  }

  /** Undefined until all rows have been taken. */
  get footer(): TraceFooter | undefined {
    return this.#footer;
  }

  /** Yields the rows; throws a `TraceError` where the file is not what it should be. */
  async *rows(): AsyncGenerator<Row, void, undefined> {
    for await (const line of readTrace(this.path)) {
      if (line.kind === 'row') yield line.row;
      else if (line.kind === 'footer') this.#footer = line.footer;
    }
  }
}

/** Rows between two looks at the signal. */
const SLICE = 1024;

/** Yields the rows, counted for the live line; throws the signal's reason when it is aborted. */
export async function* watchedRows(
  rows: AsyncIterable<Row>,
  signal: AbortSignal,
  onProgress: (at: VirtualTime, events: number) => void,
): AsyncGenerator<Row, void, undefined> {
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count % SLICE === 0) {
      onProgress(row.at, count);
      await nextTurn();
      signal.throwIfAborted();
    }
    yield row;
  }
}
