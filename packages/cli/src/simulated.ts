/** A simulated run, wherever it ran, and what it takes to watch one. */
import type { Row, RunOptions, RunResult, VirtualTime } from '@dragon/engine';
import type { WaitForGraph } from '@dragon/report';

export interface Simulated {
  readonly result: RunResult;
  readonly graph: WaitForGraph;
  /** Processes that hosted agents. */
  readonly processes: number;
  /** From the first event to the last; the start of processes is not in it. */
  readonly wallSeconds: number;
  /** How long it took until every process was there. */
  readonly startSeconds: number;
}

export interface Watching {
  readonly signal: AbortSignal;
  /** Called with every row in the order of the trace. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Called with every tracepoint that is hit. */
  readonly onTrace?: RunOptions['onTrace'];
  /** Called often. */
  readonly onProgress?: ((at: VirtualTime, events: number) => void) | undefined;
}
