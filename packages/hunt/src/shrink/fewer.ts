/**
 * Fewer members of a list: delta debugging (Zeller and Hildebrandt, 2002), of which this is the part that leaves out.
 */
import type { Failure, FailingRun, Proposals } from './failing-run.ts';

/** Where a list stands in a run, and the run with another in its place. */
export interface ListIn<T> {
  readonly of: (run: FailingRun) => readonly T[];
  readonly with: (run: FailingRun, list: readonly T[]) => FailingRun;
  /** How many of it have to be left. */
  readonly least: number;
}

/** Leaves out all, then halves, quarters and so on, until the run does not fail without any one of those left. */
export function* withFewer<T>(failure: Failure, list: ListIn<T>): Proposals {
  let size = list.of(failure.run).length;
  while (size > 0) {
    const { run } = failure;
    const all = list.of(run);
    size = Math.min(size, all.length - list.least);
    if (size <= 0) break;
    const starts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => i * size);
    const simpler = yield starts
      .map((start) => [...all.slice(0, start), ...all.slice(start + size)])
      .filter((left) => left.length >= list.least)
      .map((left) => list.with(run, left));
    if (simpler !== undefined) failure = simpler;
    else size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return failure;
}
