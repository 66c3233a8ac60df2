/** A trace file being read: its header at once, its rows as they are taken, its footer after the last of them. */
import type { Row } from '@dragon/engine';
import type { TraceFooter, TraceHeader } from '@dragon/report';
import { readTrace, readTraceHeader } from '@dragon/report/io';

export class TraceSource {
  readonly path: string;
  readonly header: TraceHeader;
  #footer: TraceFooter | undefined;

  private constructor(path: string, header: TraceHeader) {
    this.path = path;
    this.header = header;
  }

  /** Throws a `TraceError` if this is no trace. */
  static async open(path: string): Promise<TraceSource> {
    return new TraceSource(path, await readTraceHeader(path));
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
