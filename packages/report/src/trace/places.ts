/** Places of texts in a list, for columns that say a text once and then where it is. */
export class Places {
  readonly #places: Map<string, number>;

  /** `first` are the texts that have the first places, none of them twice. */
  constructor(first: readonly string[] = []) {
    this.#places = new Map(first.map((text, place) => [text, place]));
  }

  /** Returns the place of a text: the next free one when it first comes. */
  of(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }

  list(): string[] {
    return [...this.#places.keys()];
  }
}
