/**
 * The waits and holds of a run at any instant: changes of facts in order, and copies of all facts now and then from
 * which a later instant is reached.
 */
import type { FactsChange, VirtualTime } from '@dragon/engine';
import { WaitFacts } from '@dragon/report';
import { WaitIntervals } from './wait-intervals.ts';

/** Changes between two copies; it grows with the run, so that there are never many copies. */
const FIRST_STRIDE = 1_024;
const MOST_COPIES = 32;

interface Copy {
  /** How many changes it has in it. */
  readonly changes: number;
  readonly facts: WaitFacts;
}

export class WaitLog {
  /** The waits themselves, from beginning to end. */
  readonly intervals = new WaitIntervals();
  readonly #changes: FactsChange[] = [];
  #copies: Copy[] = [{ changes: 0, facts: new WaitFacts(ignore) }];
  #stride = FIRST_STRIDE;
  /** Where the last question was answered: the next one is often a little later. */
  #cursor: Copy = { changes: 0, facts: new WaitFacts(ignore) };

  get length(): number {
    return this.#changes.length;
  }

  append(changes: readonly FactsChange[]): void {
    for (const change of changes) {
      this.#changes.push(change);
      this.intervals.take(change);
    }
  }

  /** Returns the changes of the log, in order. */
  get changes(): readonly FactsChange[] {
    return this.#changes;
  }

  /** Returns all waits and holds as they are when everything at `t` has happened: valid until the next question. */
  at(t: VirtualTime): WaitFacts {
    const wanted = this.#countUntil(t);
    const nearest = this.#copies.findLast(({ changes }) => changes <= wanted);
    const isAhead = this.#cursor.changes <= wanted && this.#cursor.changes >= (nearest?.changes ?? 0);
    const start = isAhead ? this.#cursor : { changes: nearest?.changes ?? 0, facts: nearest?.facts.copy() };
    const { facts = new WaitFacts(ignore) } = start;
    let { changes } = start;
    for (; changes < wanted; changes += 1) {
      const change = this.#changes[changes];
      if (change !== undefined) facts.apply(change);
      this.#keep({ changes: changes + 1, facts });
    }
    this.#cursor = { changes, facts };
    return facts;
  }

  #keep({ changes, facts }: Copy): void {
    const last = this.#copies.at(-1)?.changes ?? 0;
    if (changes < last + this.#stride) return;
    this.#copies.push({ changes, facts: facts.copy() });
    if (this.#copies.length <= MOST_COPIES) return;
    this.#copies = this.#copies.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** Returns how many changes there are up to and with `t`. */
  #countUntil(t: VirtualTime): number {
    let [low, high] = [0, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle]?.at ?? t) <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const ignore = (): void => undefined;
