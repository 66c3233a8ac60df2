/** Lists of transitions, each kept once: of the many steps of a run most take what others have taken before. */
import type { Chart, Taken } from '@dragon/engine';
import { ChartIndex } from './chart/chart-index.ts';
import type { TakenColumn } from './record-chunk.ts';

export class TakenLists {
  readonly #numbers = new Map<Taken, number>();
  readonly #charts = new Map<Chart, ChartIndex>();
  /** For each list those that have one transition more. */
  readonly #longer: Map<number, number>[] = [new Map()];
  #new: { list: number; edge: number }[] = [];

  /** Returns the place of the list that has one transition more. List 0 is empty. */
  longer(list: number, chart: Chart, taken: Taken): number {
    const longer = this.#longer[list] ?? new Map<number, number>();
    const edge = this.#numberOf(chart, taken);
    const known = longer.get(edge);
    if (known !== undefined) return known;
    const place = this.#longer.push(new Map()) - 1;
    longer.set(edge, place);
    this.#new.push({ list, edge });
    return place;
  }

  /** Returns the lists that are new since the last call. */
  take(): TakenColumn['newLists'] {
    const lists = this.#new;
    this.#new = [];
    return lists;
  }

  /** A chart gives the same object for the same transition each time. */
  #numberOf(chart: Chart, taken: Taken): number {
    const known = this.#numbers.get(taken);
    if (known !== undefined) return known;
    let index = this.#charts.get(chart);
    if (index === undefined) this.#charts.set(chart, (index = new ChartIndex(chart)));
    const number = index.numberOf(taken);
    if (number === undefined) throw new Error(`chart ${chart.id} has no transition ${taken.by} of ${taken.source}`);
    this.#numbers.set(taken, number);
    return number;
  }
}
