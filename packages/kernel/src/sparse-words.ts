/**
 * A long list of 32-bit words of which most are zero, as plain data that is never changed in place: only stretches that
 * have something in them are there. A change copies those that it touches, and the list of them. Equal lists are equal
 * data, whatever they have been.
 */

/** Stretches of `WORDS` words by their place, in that order; none of them is all zero. */
export type SparseWords = readonly Stretch[];

/** `at`: its first word is number `at * WORDS` of the whole. */
type Stretch = { readonly at: number; readonly words: readonly number[] };

/** Words of a stretch. */
const WORDS = 64;
const ZEROES: readonly number[] = Array.from({ length: WORDS }, () => 0);

export const NO_WORDS: SparseWords = [];

/** Returns the word with that number. */
export function wordAt(list: SparseWords, index: number): number {
  const stretch = list[placeOf(list, Math.floor(index / WORDS))];
  const offset = stretch === undefined ? -1 : index - stretch.at * WORDS;
  return offset < 0 ? 0 : (stretch?.words[offset] ?? 0);
}

/** Returns the number of the first word from `index` on that is not zero, or -1 if there is none. */
export function nextWord(list: SparseWords, index: number): number {
  for (let place = placeOf(list, Math.floor(index / WORDS)); place < list.length; place += 1) {
    const { at, words } = list[place] as Stretch;
    for (let offset = Math.max(0, index - at * WORDS); offset < WORDS; offset += 1)
      if (words[offset] !== 0) return at * WORDS + offset;
  }
  return -1;
}

/** Makes a list out of another one, word by word; each stretch is copied once while the words come in order. */
export class WordsDraft {
  readonly #list: Stretch[];
  #place = -1;
  #first = -1;
  #words: number[] = [];

  constructor(list: SparseWords) {
    this.#list = list.slice();
  }

  word(index: number): number {
    const offset = this.#offsetOf(index);
    return this.#words[offset] as number;
  }

  setWord(index: number, word: number): void {
    const offset = this.#offsetOf(index);
    this.#words[offset] = word;
  }

  /** Returns the list. The draft is used no more. */
  finish(): SparseWords {
    this.#close();
    return this.#list;
  }

  /** Opens the stretch that has the word. */
  #offsetOf(index: number): number {
    const offset = index - this.#first;
    return this.#first >= 0 && offset >= 0 && offset < WORDS ? offset : this.#open(index);
  }

  #open(index: number): number {
    this.#close();
    const at = Math.floor(index / WORDS);
    const place = placeOf(this.#list, at);
    const known = this.#list[place];
    const isThere = known?.at === at;
    this.#words = (isThere ? known.words : ZEROES).slice();
    if (isThere) this.#list[place] = { at, words: this.#words };
    else this.#list.splice(place, 0, { at, words: this.#words });
    this.#place = place;
    this.#first = at * WORDS;
    return index - this.#first;
  }

  #close(): void {
    if (this.#first >= 0 && this.#words.every((word) => word === 0)) this.#list.splice(this.#place, 1);
    this.#first = -1;
  }
}

/** Returns the place of the first stretch that is not before `at`. */
function placeOf(list: SparseWords, at: number): number {
  let low = 0;
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((list[middle] as Stretch).at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
