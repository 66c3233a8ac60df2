/** Results that come in any order, handed on in the order of their places. */
export class InOrder<T> {
  readonly #handOn: (result: T) => void;
  readonly #early = new Map<number, T>();
  #next = 0;

  /** `handOn` is called once for each place, from 0 on, as soon as all earlier ones are there. */
  constructor(handOn: (result: T) => void) {
    this.#handOn = handOn;
  }

  add(place: number, result: T): void {
    this.#early.set(place, result);
    for (;;) {
      const next = this.#early.get(this.#next);
      if (next === undefined) return;
      this.#early.delete(this.#next);
      this.#next += 1;
      this.#handOn(next);
    }
  }
}
