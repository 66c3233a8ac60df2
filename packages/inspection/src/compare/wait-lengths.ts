/** How long the waits of a run were, by powers of ten: what two runs are compared by when their rows differ. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';

export interface WaitLengths {
  /** Waits that began in the span. */
  readonly count: number;
  /** Those of them that lasted at its end. */
  readonly lasting: number;
  /** Of those that ended in it, by `WAIT_STEPS`. */
  readonly steps: readonly number[];
  /** Of those that ended in it, in nanoseconds; 0 without any. */
  readonly median: VirtualTime;
  readonly ninth: VirtualTime;
  readonly longest: VirtualTime;
}

/** Upper limits, in nanoseconds; the last has none. */
export const WAIT_STEPS: readonly number[] = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, Number.POSITIVE_INFINITY];

/** Returns the lengths of the waits that began before `until`. */
export function waitLengths(record: RunRecord, until: VirtualTime): WaitLengths {
  const began = record.waits.intervals.began.filter(({ from }) => from < until);
  const ended = began
    .filter(({ to }) => to <= until)
    .map(({ from, to }) => to - from)
    .toSorted((a, b) => a - b);
  const steps = WAIT_STEPS.map(() => 0);
  for (const length of ended) {
    const step = WAIT_STEPS.findIndex((limit) => length < limit);
    steps[step] = (steps[step] ?? 0) + 1;
  }
  const quantile = (share: number): number => ended[Math.min(ended.length - 1, Math.floor(share * ended.length))] ?? 0;
  return {
    count: began.length,
    lasting: began.length - ended.length,
    steps,
    median: quantile(0.5),
    ninth: quantile(0.9),
    longest: ended.at(-1) ?? 0,
  };
}
