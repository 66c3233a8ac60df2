/** A lane: the stretches of time that an agent spent in its states, one after another, without a gap. */
import type { VirtualTime } from '@dragon/engine';
import { type Column, instants, places, smallNumbers } from './column.ts';
import { STATE_LOOKS, type StateLook } from './state-look.ts';

const LOOKS = STATE_LOOKS.length;
/** Stretches between two sums. */
const STRIDE = 16;

/** What a lane reads of the record that it belongs to. */
interface LaneRows {
  readonly at: Column<Float64Array<ArrayBuffer>>;
  readonly state: Column<Uint32Array<ArrayBuffer>>;
  readonly edge: VirtualTime;
  readonly rows: number;
  stateName(id: number): { readonly kind: string; readonly text: string; readonly look: StateLook };
  start(place: number): { readonly kind: string; readonly text: string; readonly look: StateLook };
}

/** What lengths are measured in: nanoseconds, or events of the whole run, each as long as any other. */
export type LaneMeasure = 'time' | 'order';

/**
 * Stretch 0 begins at instant 0, in the state that the agent started in; each further one with a row that changed the
 * state.
 */
export class Lane {
  readonly #record: LaneRows;
  readonly #starts = instants(4);
  readonly #rows = places(4);
  /** The look of each stretch but the first, by its place in `STATE_LOOKS`. */
  readonly #looks = smallNumbers(4);
  readonly #spent: Readonly<Record<LaneMeasure, SpentSums>> = { time: newSums(), order: newSums() };
  #last = -1;
  /** Where the last question was answered: the next one is often a little later. */
  #near = -1;

  constructor(record: LaneRows) {
    this.#record = record;
  }

  get stretches(): number {
    return this.#rows.length + 1;
  }

  /** Takes a row of the agent's. */
  add(row: number): void {
    const state = this.#record.state.at(row);
    if (state === this.#last) return;
    this.#last = state;
    this.#starts.push(this.#record.at.at(row));
    this.#rows.push(row);
    this.#looks.push(STATE_LOOKS.indexOf(this.#record.stateName(state).look));
  }

  /** Returns the stretch in which the agent is when everything at `t` has happened; in order, when row `t` has. */
  stretchAt(t: number, measure: LaneMeasure = 'time'): number {
    this.#near = (measure === 'time' ? this.#starts : this.#rows).lastAtMost(t, this.#near);
    return this.#near + 1;
  }

  startOf(stretch: number, measure: LaneMeasure = 'time'): number {
    if (stretch === 0) return 0;
    return (measure === 'time' ? this.#starts : this.#rows).at(stretch - 1);
  }

  /** Returns where a stretch ends: where the next begins, or at the edge of what is known. */
  endOf(stretch: number, measure: LaneMeasure = 'time'): number {
    if (stretch < this.#rows.length) return this.startOf(stretch + 1, measure);
    const edge = measure === 'time' ? this.#record.edge : this.#record.rows;
    return Math.max(edge, this.startOf(stretch, measure));
  }

  /** Returns the row that began a stretch; -1 for the first one. */
  rowOf(stretch: number): number {
    return stretch === 0 ? -1 : this.#rows.at(stretch - 1);
  }

  /** Returns the state of a stretch; `place` is the agent's. */
  stateOf(stretch: number, place: number): ReturnType<LaneRows['start']> {
    return stretch === 0
      ? this.#record.start(place)
      : this.#record.stateName(this.#record.state.at(this.rowOf(stretch)));
  }

  /** Returns how long the agent had each look in `[from, to)`, in the order of `STATE_LOOKS`. */
  shares(from: number, to: number, place: number, measure: LaneMeasure = 'time'): number[] {
    const before = new Float64Array(STATE_LOOKS.length);
    const after = new Float64Array(STATE_LOOKS.length);
    this.spentBefore(from, place, measure, before);
    this.spentBefore(to, place, measure, after);
    return Array.from(after, (spent, i) => spent - (before[i] ?? 0));
  }

  /** Puts into `spent` how long the agent had each look before `t`, in the order of `STATE_LOOKS`. */
  spentBefore(t: number, place: number, measure: LaneMeasure, spent: Float64Array): void {
    const stretch = this.stretchAt(t, measure);
    const block = Math.floor(stretch / STRIDE);
    this.#sumUntil(block, place, measure);
    const { sums } = this.#spent[measure];
    for (let i = 0; i < LOOKS; i += 1) spent[i] = sums.at(block * LOOKS + i);
    this.#spend(block * STRIDE, stretch, place, measure, spent);
    const here = this.#lookOf(stretch, place);
    spent[here] = (spent[here] ?? 0) + t - this.startOf(stretch, measure);
  }

  #lookOf(stretch: number, place: number): number {
    return stretch === 0 ? STATE_LOOKS.indexOf(this.#record.start(place).look) : this.#looks.at(stretch - 1);
  }

  #sumUntil(block: number, place: number, measure: LaneMeasure): void {
    const { sums, now } = this.#spent[measure];
    for (let next = sums.length / LOOKS; next <= block; next += 1) {
      if (next > 0) this.#spend((next - 1) * STRIDE, next * STRIDE, place, measure, now);
      for (const spent of now) sums.push(spent);
    }
  }

  #spend(from: number, to: number, place: number, measure: LaneMeasure, spent: Float64Array): void {
    let start = this.startOf(from, measure);
    for (let stretch = from; stretch < to; stretch += 1) {
      const look = this.#lookOf(stretch, place);
      const end = this.startOf(stretch + 1, measure);
      spent[look] = (spent[look] ?? 0) + end - start;
      start = end;
    }
  }
}

/** Spent in each look before every so many stretches, as far as somebody asked, and before the last of them. */
interface SpentSums {
  readonly sums: Column<Float64Array<ArrayBuffer>>;
  readonly now: Float64Array;
}

const newSums = (): SpentSums => ({ sums: instants(LOOKS), now: new Float64Array(LOOKS) });
