/** A column of numbers that grows: a typed array with room behind its last value. */

type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

const FIRST_ROOM = 64;
/** Half of a column may be room: of millions of values that would be much. */
const GROWTH = 1.5;

export class Column<T extends Numbers> {
  #values: T;
  #length = 0;
  readonly #make: (length: number) => T;

  /** `make` returns an array of so many zeros. */
  constructor(make: (length: number) => T, room = FIRST_ROOM) {
    this.#make = make;
    this.#values = make(room);
  }

  get length(): number {
    return this.#length;
  }

  /** The values, with room behind the last one: valid until the next push. */
  get values(): T {
    return this.#values;
  }

  /** Returns a value; of a place that there is not, 0. */
  at(place: number): number {
    return this.#values[place] ?? 0;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow(this.#length + 1);
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** Returns the values, and begins anew. */
  take(): T {
    const values = this.#values.slice(0, this.#length) as T;
    this.#values = this.#make(FIRST_ROOM);
    this.#length = 0;
    return values;
  }

  append(values: T): void {
    if (this.#length + values.length > this.#values.length) this.#grow(this.#length + values.length);
    this.#values.set(values, this.#length);
    this.#length += values.length;
  }

  /**
   * Returns the last place whose value is at most `limit`; -1 if there is none. Values must ascend. It is found soon if
   * it is `near`, or not far behind it.
   */
  lastAtMost(limit: number, near = -1): number {
    const values = this.#values;
    let [low, high] = [0, this.#length];
    if (near >= 0 && near < high && (values[near] ?? 0) <= limit) {
      low = near + 1;
      for (let step = 1; near + step < high; step *= 2) {
        if ((values[near + step] ?? 0) > limit) high = near + step;
        else low = near + step + 1;
      }
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[middle] ?? 0) <= limit) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #grow(needed: number): void {
    const larger = this.#make(Math.max(needed, Math.ceil(this.#values.length * GROWTH)));
    larger.set(this.#values);
    this.#values = larger;
  }
}

export const instants = (room?: number) => new Column((length) => new Float64Array(length), room);
export const places = (room?: number) => new Column((length) => new Uint32Array(length), room);
export const smallNumbers = (room?: number) => new Column((length) => new Uint8Array(length), room);
