/**
 * Counts of looks: how many of a large group of agents had each look, over time. A change of one agent is one number;
 * sums are kept now and then, so that the shares of any interval are found in a few steps.
 */
import type { VirtualTime } from '@dragon/engine';
import { instants, places } from '../column.ts';
import type { LaneMeasure } from '../lane.ts';
import type { RunRecord } from '../run-record.ts';
import { STATE_LOOKS } from '../state-look.ts';

/** Changes between two sums. */
const STRIDE = 64;
const LOOKS = STATE_LOOKS.length;
const MEASURES: readonly LaneMeasure[] = ['time', 'order'];

export class LookCounts {
  readonly #record: Pick<RunRecord, 'at' | 'lastRow'>;
  readonly size: number;
  /** The row of each change, and the looks before and after it. */
  readonly #rows = places();
  readonly #moves = places();
  /** At every so many changes: agents by look, then what they spent in each look, by measure. */
  readonly #counts = instants();
  readonly #sums = { time: instants(), order: instants() };
  readonly #initial: Float64Array;
  /** As of the last change. */
  readonly #now: Float64Array;
  readonly #spent = { time: new Float64Array(LOOKS), order: new Float64Array(LOOKS) };
  #last = -1;
  /** Of the last question. */
  readonly #counted = new Float64Array(LOOKS);
  readonly #scratch = new Float64Array(LOOKS);

  /** `counts`: agents by look at instant 0, in the order of `STATE_LOOKS`. */
  constructor(record: Pick<RunRecord, 'at' | 'lastRow'>, counts: Float64Array) {
    this.#record = record;
    this.#initial = counts;
    this.#now = counts.slice();
    this.size = counts.reduce((sum, count) => sum + count, 0);
  }

  /** Takes a row with which an agent changed from a look to another one, by their places in `STATE_LOOKS`. */
  move(row: number, before: number, after: number): void {
    this.#spend(this.#now, this.#last, row, this.#spent);
    if (this.#rows.length % STRIDE === 0) {
      for (const count of this.#now) this.#counts.push(count);
      for (const measure of MEASURES) for (const spent of this.#spent[measure]) this.#sums[measure].push(spent);
    }
    this.#rows.push(row);
    this.#moves.push(before * LOOKS + after);
    moved(this.#now, before * LOOKS + after);
    this.#last = row;
  }

  /** Puts into `spent` how long all agents together had each look before `t`. */
  spentBefore(t: number, measure: LaneMeasure, spent: Float64Array): void {
    // Rows up to this one have happened.
    const row = measure === 'time' ? this.#record.lastRow(t) : Math.floor(t);
    const until = this.#rows.lastAtMost(row) + 1;
    const counts = this.#counted;
    if (until === 0) {
      counts.set(this.#initial);
      for (let i = 0; i < LOOKS; i += 1) spent[i] = (counts[i] ?? 0) * t;
      return;
    }
    const sum = Math.floor((until - 1) / STRIDE);
    for (let i = 0; i < LOOKS; i += 1) {
      counts[i] = this.#counts.at(sum * LOOKS + i);
      spent[i] = this.#sums[measure].at(sum * LOOKS + i);
    }
    let place = this.#placeOf(this.#rows.at(sum * STRIDE), measure);
    for (let move = sum * STRIDE; move < until; move += 1) {
      const next = this.#placeOf(this.#rows.at(move), measure);
      add(spent, counts, next - place);
      place = next;
      moved(counts, this.#moves.at(move));
    }
    add(spent, counts, t - place);
  }

  /** Returns how many agents have each look when everything at `t` has happened, in the order of `STATE_LOOKS`. */
  countsAt(t: VirtualTime): number[] {
    this.spentBefore(t, 'time', this.#scratch);
    return [...this.#counted];
  }

  #placeOf(row: number, measure: LaneMeasure): number {
    if (row < 0) return 0;
    return measure === 'time' ? this.#record.at.at(row) : row;
  }

  #spend(counts: Float64Array, from: number, to: number, spent: Readonly<Record<LaneMeasure, Float64Array>>): void {
    for (const measure of MEASURES)
      add(spent[measure], counts, this.#placeOf(to, measure) - this.#placeOf(from, measure));
  }
}

function add(spent: Float64Array, counts: Float64Array, length: number): void {
  for (let i = 0; i < LOOKS; i += 1) spent[i] = (spent[i] ?? 0) + (counts[i] ?? 0) * length;
}

function moved(counts: Float64Array, move: number): void {
  const before = Math.floor(move / LOOKS);
  const after = move % LOOKS;
  counts[before] = (counts[before] ?? 0) - 1;
  counts[after] = (counts[after] ?? 0) + 1;
}
