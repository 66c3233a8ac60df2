/** The observers of an engine, by what they read, so that nothing is made that nobody reads. */
import type { Observer } from './observer.ts';

export class Audience {
  readonly #all: readonly Observer[];
  readonly rows: readonly Observer[];
  readonly steps: readonly Observer[];
  readonly logs: readonly Observer[];
  readonly hits: readonly Observer[];
  readonly facts: readonly Observer[];
  /** Whether anybody wants moves. */
  readonly moves: boolean;

  constructor(observers: readonly Observer[]) {
    this.#all = observers;
    this.rows = observers.filter(({ row }) => row !== undefined);
    this.steps = observers.filter(({ see }) => see !== undefined);
    this.logs = observers.filter(({ log }) => log !== undefined);
    this.hits = observers.filter(({ hit }) => hit !== undefined);
    this.facts = observers.filter(({ facts }) => facts !== undefined);
    this.moves = observers.some(({ moves }) => moves === true);
  }

  with(observer: Observer): Audience {
    return new Audience([...this.#all, observer]);
  }

  without(observer: Observer): Audience {
    return new Audience(this.#all.filter((each) => each !== observer));
  }
}
