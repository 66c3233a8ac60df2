/** Words for two runs side by side: where they differ first, and how what each of them did compares. */
import { formatDuration, formatSeconds, type VirtualTime } from '@dragon/engine';
import { thousands } from './thousands.ts';
import type { TraceDiff } from './trace/trace-diff.ts';

/** Returns where two runs differ first, with a full stop. */
export function differenceText(difference: TraceDiff): string {
  if (difference.equal) return `No difference: both have the same ${thousands(difference.rows)} rows.`;
  const { row, left, right } = difference;
  const at = Math.min(...[left, right].flatMap(([first]) => (first === undefined ? [] : [first.at])));
  const where = `The first difference is at row ${thousands(row)}, at ${formatSeconds(at)} s.`;
  if (left.length === 0) return `${where} This run ends before it, the other one goes on.`;
  if (right.length === 0) return `${where} The other run ends before it, this one goes on.`;
  return where;
}

/** What stands below the first difference. */
export const UNMATCHED =
  'From there on each run goes its own way, and rows are not matched any more: what follows is counted over all of it.';

/** How both are drawn. */
export const TWO_LANES = 'In the timeline each thread has two lanes: this run above, the other below.';

/** Returns what both runs have in common where they part; `name`: of the agent whose row it is. */
export const divergenceText = (name: string, type: string): string =>
  `In both ${name} gets ${type}, and it is not the same:`;

/** Returns over which time two runs are compared. */
export const comparedSpan = (until: VirtualTime): string =>
  `in the first ${formatDuration(until)}, which both runs have`;

/** Returns a duration that is a whole number of its unit: `10 us`. */
function roundDuration(ns: VirtualTime): string {
  if (ns >= 1e9) return `${ns / 1e9} s`;
  return ns >= 1e6 ? `${ns / 1e6} ms` : `${ns / 1e3} us`;
}

/** Returns the range of lengths below a limit, as in `10 us to 100 us`; `from` is 0 for the first, `to` infinite. */
export function lengthRange(from: VirtualTime, to: VirtualTime): string {
  if (from === 0) return `below ${roundDuration(to)}`;
  if (to === Number.POSITIVE_INFINITY) return `${roundDuration(from)} and more`;
  return `${roundDuration(from)} to ${roundDuration(to)}`;
}

const DOINGS = {
  run: 'runs',
  ready: 'wants a CPU',
  wait: 'waits',
  sleep: 'sleeps',
  exit: 'is gone',
  part: 'is there',
} as const;

/** Returns what a thread does more or less of in the other run, as in `waits 2.1 s less`. */
export function timeChange(doing: keyof typeof DOINGS, by: VirtualTime): string {
  return `${DOINGS[doing]} ${formatDuration(Math.abs(by))} ${by < 0 ? 'less' : 'longer'}`;
}

/** What a quantile of lengths is called. */
export const QUANTILES = {
  median: 'half are shorter than',
  ninth: '9 of 10 are shorter than',
  longest: 'the longest that ended',
} as const;
