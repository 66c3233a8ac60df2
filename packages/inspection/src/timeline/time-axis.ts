/**
 * The axis of a timeline: where an instant stands on it. In time, as far as nanoseconds go; in order, every event is as
 * wide as any other, so that what takes 2 us and what takes 2 s fit on one screen.
 */
import type { VirtualTime } from '@dragon/engine';
import type { Lane, LaneMeasure } from '../lane.ts';
import type { RunRecord } from '../run-record.ts';

/** The part of a run that is shown, in nanoseconds. */
export interface TimeWindow {
  readonly from: VirtualTime;
  readonly to: VirtualTime;
}

type AxisRows = Pick<RunRecord, 'at' | 'rows' | 'edge' | 'lastRow'>;

export class TimeAxis {
  readonly kind: LaneMeasure;
  readonly window: TimeWindow;
  /** Pixels. */
  readonly width: number;
  /** What is at the left and right end, in the axis's measure. */
  readonly from: number;
  readonly to: number;
  readonly #record: AxisRows;

  constructor(record: AxisRows, kind: LaneMeasure, window: TimeWindow, width: number) {
    this.#record = record;
    this.kind = kind;
    this.window = window;
    this.width = width;
    this.from = this.position(window.from);
    const to = this.position(window.to);
    this.to = to > this.from ? to : this.from + 1;
  }

  /** Returns where what happens at `t` stands, in the axis's measure. */
  position(t: VirtualTime): number {
    if (this.kind === 'time') return t;
    const { at, rows } = this.#record;
    const row = this.#record.lastRow(t);
    if (row < 0) return 0;
    const next = row + 1 < rows ? at.at(row + 1) : this.#record.edge;
    const ahead = next > at.at(row) ? (t - at.at(row)) / (next - at.at(row)) : 1;
    return row + Math.min(1, ahead);
  }

  /** Returns the pixel at which what happens at `t` stands. */
  x(t: VirtualTime): number {
    return this.xOf(this.position(t));
  }

  xOf(position: number): number {
    return ((position - this.from) / (this.to - this.from)) * this.width;
  }

  positionAt(x: number): number {
    return this.from + (x / this.width) * (this.to - this.from);
  }

  /** Returns the instant at a pixel: between two events, as far as it lies between them. */
  instantAt(x: number): VirtualTime {
    return this.instantOf(this.positionAt(x));
  }

  instantOf(position: number): VirtualTime {
    if (this.kind === 'time') return Math.round(position);
    const { at, rows, edge } = this.#record;
    if (rows === 0 || position < 0) return 0;
    if (position >= rows) return edge;
    const row = Math.floor(position);
    const start = at.at(row);
    const next = row + 1 < rows ? at.at(row + 1) : edge;
    return Math.round(start + (position - row) * (next - start));
  }

  /** Returns the instant that a click on a pixel means: in order, that of the event whose place it is. */
  eventAt(x: number): VirtualTime {
    const position = this.positionAt(x);
    return this.instantOf(this.kind === 'time' ? position : Math.floor(position));
  }

  /** Where what is known ends, in the axis's measure. */
  get positionOfEdge(): number {
    return this.kind === 'time' ? this.#record.edge : this.#record.rows;
  }

  /** Where what is known ends, in pixels. */
  get edgeX(): number {
    return this.xOf(this.positionOfEdge);
  }

  startX(lane: Lane, stretch: number): number {
    return this.xOf(lane.startOf(stretch, this.kind));
  }

  endX(lane: Lane, stretch: number): number {
    return this.xOf(lane.endOf(stretch, this.kind));
  }
}
