/**
 * A long list as plain data that is never changed in place, for wait queues and for tables by name: a change copies one
 * chunk of it and the list of chunks. Two neighbours always have more elements than fit into one chunk, so lists of up
 * to `CHUNK` elements are equal data if they are equal lists, however they came about; longer ones may be cut
 * elsewhere.
 */
import type { Chunks } from '@dragon/engine';

/** Elements of a chunk at most. */
const CHUNK = 64;

/** Returns the list with one element more at its end. */
export function appended<T>(list: Chunks<T>, item: T): Chunks<T> {
  const last = list.at(-1);
  return last === undefined || last.length === CHUNK
    ? list.concat([[item]])
    : list.with(list.length - 1, last.concat([item]));
}

/** Returns the first element; undefined if there is none. */
export function firstOf<T>(list: Chunks<T>): T | undefined {
  return list[0]?.[0];
}

/** Returns the list without its first element. */
export function withoutFirst<T>(list: Chunks<T>): Chunks<T> {
  return list.length === 0 ? list : withChunk(list, 0, (list[0] ?? []).slice(1));
}

/** Returns the list without the first element that is `sought`; the same list if there is none. Looks at all of it. */
export function withoutOne<T>(list: Chunks<T>, sought: (item: T) => boolean): Chunks<T> {
  for (const [at, chunk] of list.entries()) {
    const place = chunk.findIndex(sought);
    if (place >= 0) return withChunk(list, at, chunk.toSpliced(place, 1));
  }
  return list;
}

/** Returns every element, in order. */
export function allOf<T>(list: Chunks<T>): T[] {
  return list.flat();
}

/** Returns the elements in chunks. */
export function inChunks<T>(items: readonly T[]): Chunks<T> {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK));
}

/** What can be done with a list that is kept in the order of its elements' keys. */
export interface SortedList<T, K> {
  /** Returns the first element with that key. */
  find(list: Chunks<T>, key: K): T | undefined;
  /** Returns the list with one element more, before those with the same key. */
  inserted(list: Chunks<T>, item: T): Chunks<T>;
  /** Returns the list with the element in place of the one with its key, if there is one. */
  placed(list: Chunks<T>, item: T): Chunks<T>;
  /** Returns the list without the first element with that key; the same list if there is none. */
  removed(list: Chunks<T>, key: K): Chunks<T>;
}

/** Returns the operations on lists in the order of `keyOf`: each costs a search by halves and two short copies. */
export function sortedBy<T, K extends string | number>(keyOf: (item: T) => K): SortedList<T, K> {
  /** The chunk in which the first element that is not below `key` is, or would be: the last chunk if there is none. */
  const chunkOf = (list: Chunks<T>, key: K): number => {
    let low = 0;
    for (let high = list.length - 1; low < high; ) {
      const middle = (low + high) >> 1;
      const last = list[middle]?.at(-1);
      if (last !== undefined && keyOf(last) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const placeIn = (chunk: readonly T[], key: K): number => {
    let low = 0;
    for (let high = chunk.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (keyOf(chunk[middle] as T) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const isAt = (chunk: readonly T[], place: number, key: K): boolean =>
    place < chunk.length && keyOf(chunk[place] as T) === key;

  return {
    find(list, key) {
      const chunk = list[chunkOf(list, key)] ?? [];
      const place = placeIn(chunk, key);
      return isAt(chunk, place, key) ? chunk[place] : undefined;
    },
    inserted(list, item) {
      const at = chunkOf(list, keyOf(item));
      const chunk = list[at] ?? [];
      return withChunk(list, at, chunk.toSpliced(placeIn(chunk, keyOf(item)), 0, item));
    },
    placed(list, item) {
      const at = chunkOf(list, keyOf(item));
      const chunk = list[at] ?? [];
      const place = placeIn(chunk, keyOf(item));
      if (isAt(chunk, place, keyOf(item))) return list.with(at, chunk.with(place, item));
      return withChunk(list, at, chunk.toSpliced(place, 0, item));
    },
    removed(list, key) {
      const at = chunkOf(list, key);
      const chunk = list[at] ?? [];
      const place = placeIn(chunk, key);
      return isAt(chunk, place, key) ? withChunk(list, at, chunk.toSpliced(place, 1)) : list;
    },
  };
}

/** Returns the list with `chunk` at `at`: cut in two if it is too long, joined to its neighbours where they fit. */
function withChunk<T>(list: Chunks<T>, at: number, chunk: readonly T[]): Chunks<T> {
  if (chunk.length === 0) return list.toSpliced(at, 1);
  const half = chunk.length > CHUNK ? chunk.length >> 1 : chunk.length;
  const [before = FULL, after = FULL] = [list[at - 1], list[at + 1]];
  const joinsBefore = before.length + half <= CHUNK;
  const first = joinsBefore ? [...before, ...chunk.slice(0, half)] : chunk.slice(0, half);
  const last = half === chunk.length ? first : chunk.slice(half);
  const joinsAfter = last.length + after.length <= CHUNK;
  const joined = joinsAfter ? [...last, ...after] : last;
  const chunks = half === chunk.length ? [joined] : [first, joined];
  return list.toSpliced(joinsBefore ? at - 1 : at, 1 + Number(joinsBefore) + Number(joinsAfter), ...chunks);
}

/** Stands where there is no neighbour: nothing joins it. */
const FULL: readonly never[] = Array.from<never>({ length: CHUNK });
