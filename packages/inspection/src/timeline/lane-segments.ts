/**
 * The segments of a lane on an axis: a bar for each stretch that is as wide as a pixel, and where several lie in one
 * pixel, a column with the share of each look, never the last one alone.
 */
import type { Lane } from '../lane.ts';
import type { RunRecord, StateName } from '../run-record.ts';
import { STATE_LOOKS } from '../state-look.ts';
import type { StateFace } from './state-faces.ts';
import type { TimeAxis } from './time-axis.ts';

/** Whoever is told of the segments, from left to right. */
export interface SegmentSink {
  /** `first` and `last` are stretches; the bar may begin before the axis does, at a negative pixel. */
  bar(x: number, end: number, face: StateFace, first: number, last: number): void;
  /** One pixel; `shares` are parts of 1 in the order of `STATE_LOOKS`, valid during the call. */
  column?(x: number, shares: Float64Array): void;
}

/** Narrower stretches are not drawn as bars. */
const NARROWEST = 1.5;

export function laneSegments(
  record: RunRecord,
  place: number,
  axis: TimeAxis,
  faceOf: (state: StateName) => StateFace,
  sink: SegmentSink,
): void {
  const lane = record.lane(place);
  const limit = Math.min(axis.width, Math.ceil(axis.edgeX));
  const columns = new ShareColumns(lane, place, axis);
  const face = (stretch: number): StateFace => faceOf(lane.stateOf(stretch, place));
  let stretch = lane.stretchAt(Math.max(0, axis.from), axis.kind);
  let x = Math.max(0, Math.floor(axis.xOf(0)));
  while (x < limit) {
    const shown = face(stretch);
    const first = stretch;
    let end = axis.endX(lane, stretch);
    while (end < limit && stretch + 1 < lane.stretches && face(stretch + 1) === shown) {
      stretch += 1;
      end = axis.endX(lane, stretch);
    }
    const isLast = stretch + 1 >= lane.stretches;
    if (isLast || end - x >= NARROWEST) {
      const nextIsWide = isLast || end >= limit || axis.endX(lane, stretch + 1) - end >= NARROWEST;
      const right = Math.min(limit, Math.max(x + 1, nextIsWide ? Math.round(end) : Math.floor(end)));
      const start = axis.startX(lane, first);
      sink.bar(start < x - 1 ? start : x, right, shown, first, stretch);
      x = right;
      if (isLast) return;
      stretch = nextIsWide ? stretch + 1 : lane.stretchAt(axis.positionAt(x), axis.kind);
    } else {
      sink.column?.(x, columns.shares(x));
      x += 1;
      stretch = lane.stretchAt(axis.positionAt(x), axis.kind);
    }
  }
}

/** Shares of one pixel after another: what was spent before its right end is what was spent before the next's left. */
class ShareColumns {
  readonly #lane: Lane;
  readonly #place: number;
  readonly #axis: TimeAxis;
  #x = Number.NaN;
  #before = new Float64Array(STATE_LOOKS.length);
  #after = new Float64Array(STATE_LOOKS.length);
  readonly #shares = new Float64Array(STATE_LOOKS.length);

  constructor(lane: Lane, place: number, axis: TimeAxis) {
    this.#lane = lane;
    this.#place = place;
    this.#axis = axis;
  }

  shares(x: number): Float64Array {
    const axis = this.#axis;
    const position = axis.positionAt(x);
    const next = axis.positionAt(x + 1);
    if (this.#x !== x) this.#lane.spentBefore(position, this.#place, axis.kind, this.#before);
    this.#lane.spentBefore(next, this.#place, axis.kind, this.#after);
    for (let i = 0; i < this.#shares.length; i += 1)
      this.#shares[i] = ((this.#after[i] ?? 0) - (this.#before[i] ?? 0)) / (next - position);
    [this.#before, this.#after] = [this.#after, this.#before];
    this.#x = x + 1;
    return this.#shares;
  }
}
