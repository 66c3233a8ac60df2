/** Flags on a timeline's axis that say what was found or done, and when. */
import type { VirtualTime } from '@dragon/engine';
import { instantText } from './axis-ticks.ts';
import type { TimeAxis } from './time-axis.ts';

/** Pixels on the axis. */
export interface FlagSpan {
  readonly from: number;
  readonly to: number;
}

/** What a flag is put up for. */
export interface Flagged {
  readonly tag: string;
  readonly at: VirtualTime;
  /** Of somebody's fault; otherwise it was found. */
  readonly tone?: 'you';
}

export interface FindingFlag extends FlagSpan {
  readonly text: string;
  readonly tone: 'find' | 'you';
  /** Where the finding is; the flag may have had to give way. */
  readonly x: number;
}

const PADDING = 6;
const DISTANCE = 4;

/**
 * Returns the flags of what is in sight, that have room beside the cursor's and each other's: the first of a kind
 * comes first. `measure`: how wide a text is.
 */
export function findingFlags(
  axis: TimeAxis,
  flagged: readonly Flagged[],
  cursor: FlagSpan,
  measure: (text: string) => number,
): FindingFlag[] {
  const taken: FlagSpan[] = [cursor];
  const flags: FindingFlag[] = [];
  for (const { tag, at, tone = 'find' } of flagged) {
    const x = axis.x(at);
    if (x < 0 || x > axis.width) continue;
    const text = `${tag} ${instantText(at).slice(0, -4)}`;
    const span = freeSpan(x, measure(text) + 2 * PADDING, axis.width, taken);
    if (span === undefined) continue;
    taken.push(span);
    flags.push({ text, tone, x, ...span });
  }
  return flags;
}

/** In the middle of its instant, or else at one of the sides of what stands there already. */
function freeSpan(x: number, width: number, limit: number, taken: readonly FlagSpan[]): FlagSpan | undefined {
  const starts = [x - width / 2, ...taken.flatMap(({ from, to }) => [from - DISTANCE - width, to + DISTANCE])];
  const spans = starts.map((start) => {
    const from = Math.max(0, Math.min(start, limit - width));
    return { from, to: from + width };
  });
  const isFree = ({ from, to }: FlagSpan): boolean => taken.every((each) => to < each.from || from > each.to);
  const near = (span: FlagSpan): number => Math.max(0, span.from - x, x - span.to);
  // Farther away nobody would see what it belongs to.
  return spans
    .filter((span) => isFree(span) && near(span) <= limit / 8)
    .toSorted((one, other) => near(one) - near(other))[0];
}
