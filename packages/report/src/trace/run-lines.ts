/** The rows of a run as something to loop over, with the verdicts of rules or without. */
import type { Row, ToldVerdict } from '@dragon/engine';
import { LineMerger, type TraceLine } from './trace-line.ts';

/** What a run that is advanced in slices offers; `LocalRun` does. */
export interface SlicedRun {
  advance(most: number): boolean;
}

/** What a run hands out, to be passed on to it. */
export interface LineOutlets {
  readonly onRow: (row: Row) => void;
  readonly onVerdict: (verdict: ToldVerdict) => void;
}

/** Events between two looks at what the run has handed out: few enough to hold their rows. */
const SLICE = 4096;

/** Yields every row of the run that `start` makes, which advances as they are taken. */
export function* runRows(start: (onRow: (row: Row) => void) => SlicedRun): Generator<Row, void, undefined> {
  for (const { rows } of slices(({ onRow }) => start(onRow))) yield* rows;
}

/** Yields rows and verdicts as a trace has them, so that a replay is compared as two files are. */
export function* runLines(start: (outlets: LineOutlets) => SlicedRun): Generator<TraceLine, void, undefined> {
  const merger = new LineMerger();
  for (const { rows, verdicts } of slices(start)) yield* merger.take(rows, verdicts);
  yield* merger.rest();
}

interface Slice {
  readonly rows: readonly Row[];
  readonly verdicts: readonly ToldVerdict[];
}

function* slices(start: (outlets: LineOutlets) => SlicedRun): Generator<Slice, void, undefined> {
  let [rows, verdicts]: [Row[], ToldVerdict[]] = [[], []];
  const run = start({ onRow: (row) => void rows.push(row), onVerdict: (verdict) => void verdicts.push(verdict) });
  for (let goesOn = true; goesOn; ) {
    goesOn = run.advance(SLICE);
    const ready = { rows, verdicts };
    [rows, verdicts] = [[], []];
    yield ready;
  }
}
