/** A lane: the stretches of time that an agent spent in its states, one after another, without a gap. */
import type { VirtualTime } from '@dragon/engine';
import { type Column, instants, places } from './column.ts';
import { STATE_LOOKS, type StateLook } from './state-look.ts';

/** What a lane reads of the record that it belongs to. */
interface LaneRows {
  readonly at: Column<Float64Array<ArrayBuffer>>;
  readonly state: Column<Uint32Array<ArrayBuffer>>;
  readonly edge: VirtualTime;
  stateName(id: number): { readonly kind: string; readonly text: string; readonly look: StateLook };
  start(place: number): { readonly kind: string; readonly text: string; readonly look: StateLook };
}

/**
 * Stretch 0 begins at instant 0, in the state that the agent started in; each further one with a row that changed the
 * state.
 */
export class Lane {
  readonly #record: LaneRows;
  readonly #starts = instants(4);
  readonly #rows = places(4);
  /** Time spent in each look before a stretch, summed as far as somebody asked; `STATE_LOOKS.length` a stretch. */
  readonly #sums = instants(4);
  #summed = 0;
  #last = -1;

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
  }

  /** Returns the stretch in which the agent is when everything at `t` has happened. */
  stretchAt(t: VirtualTime): number {
    return this.#starts.lastAtMost(t) + 1;
  }

  startOf(stretch: number): VirtualTime {
    return stretch === 0 ? 0 : this.#starts.at(stretch - 1);
  }

  /** Returns where a stretch ends: where the next begins, or at the edge of what is known. */
  endOf(stretch: number): VirtualTime {
    return stretch < this.#rows.length ? this.#starts.at(stretch) : Math.max(this.#record.edge, this.startOf(stretch));
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

  /** Returns how long the agent had each look in `[from, to)`, in nanoseconds, in the order of `STATE_LOOKS`. */
  shares(from: VirtualTime, to: VirtualTime, place: number): number[] {
    const before = this.#spentBefore(from, place);
    return this.#spentBefore(to, place).map((spent, i) => spent - (before[i] ?? 0));
  }

  #spentBefore(t: VirtualTime, place: number): number[] {
    const stretch = this.stretchAt(t);
    this.#sumUntil(stretch, place);
    const looks = STATE_LOOKS.length;
    const spent = STATE_LOOKS.map((_, i) => this.#sums.at(stretch * looks + i));
    const here = STATE_LOOKS.indexOf(this.stateOf(stretch, place).look);
    spent[here] = (spent[here] ?? 0) + t - this.startOf(stretch);
    return spent;
  }

  #sumUntil(stretch: number, place: number): void {
    const looks = STATE_LOOKS.length;
    if (this.#summed === 0) {
      for (let i = 0; i < looks; i += 1) this.#sums.push(0);
      this.#summed = 1;
    }
    for (; this.#summed <= stretch; this.#summed += 1) {
      const before = this.#summed - 1;
      const look = STATE_LOOKS.indexOf(this.stateOf(before, place).look);
      const length = this.startOf(this.#summed) - this.startOf(before);
      for (let i = 0; i < looks; i += 1) this.#sums.push(this.#sums.at(before * looks + i) + (i === look ? length : 0));
    }
  }
}
