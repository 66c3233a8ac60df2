/** The rows of a run as something to loop over, so that a replay is compared as two files are. */
import type { Row } from '@dragon/engine';

/** What a run that is advanced in slices offers; `LocalRun` does. */
export interface SlicedRun {
  advance(most: number): boolean;
}

/** Events between two looks at what the run has handed out: few enough to hold their rows. */
const SLICE = 4096;

/**
 * Yields every row of the run that `start` makes; `start` passes the callback on as the run's `onRow`. The run advances
 * as the rows are taken.
 */
export function* runRows(start: (onRow: (row: Row) => void) => SlicedRun): Generator<Row, void, undefined> {
  let rows: Row[] = [];
  const run = start((row) => rows.push(row));
  for (let goesOn = true; goesOn; ) {
    goesOn = run.advance(SLICE);
    const ready = rows;
    rows = [];
    yield* ready;
  }
}
