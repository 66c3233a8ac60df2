/** The first difference between two runs: from that event on they are not the same run any more. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from './run-record.ts';

export class FirstDifference {
  readonly #one: RunRecord;
  readonly #other: RunRecord;
  #same = 0;

  constructor(one: RunRecord, other: RunRecord) {
    this.#one = one;
    this.#other = other;
  }

  /** Returns the place of the first row that differs; undefined as far as both are known and the same. */
  row(): number | undefined {
    const known = Math.min(this.#one.rows, this.#other.rows);
    while (this.#same < known && this.#isSame(this.#same)) this.#same += 1;
    if (this.#same < known) return this.#same;
    const isOver = (record: RunRecord): boolean => record.end !== undefined && record.rows === this.#same;
    const isLonger = this.#one.rows !== this.#other.rows;
    return isLonger && (isOver(this.#one) || isOver(this.#other)) ? this.#same : undefined;
  }

  /** Returns its instant, in the run that comes to it first. */
  instant(): VirtualTime | undefined {
    const row = this.row();
    if (row === undefined) return undefined;
    const instants = [this.#one, this.#other].flatMap((record) => (row < record.rows ? [record.at.at(row)] : []));
    return Math.min(...instants);
  }

  #isSame(place: number): boolean {
    const [one, other] = [this.#one, this.#other];
    if (one.at.at(place) !== other.at.at(place) || one.to.at(place) !== other.to.at(place)) return false;
    const [a, b] = [one.row(place), other.row(place)];
    return a?.message === b?.message && a?.from === b?.from && a?.state.text === b?.state.text;
  }
}
