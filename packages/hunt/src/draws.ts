/** Draws from a random stream. */
import type { RandomStream } from '@dragon/engine';

/** Returns one of the list, which is not empty, each as likely. */
export function oneOf<T>(random: RandomStream, list: readonly T[]): T {
  return list[random.below(list.length)] as T;
}

/** Returns whether what happens once in `times` happens. */
export const onceIn = (random: RandomStream, times: number): boolean => random.below(times) === 0;

/** Returns those of the list that a coin chooses for each; all if it chooses none. */
export function someOf<T>(random: RandomStream, list: readonly T[]): readonly T[] {
  const some = list.filter(() => onceIn(random, 2));
  return some.length === 0 ? list : some;
}

/**
 * Returns a whole number in [least, most], each order of magnitude as likely: first a power of two, then
 * a number from it to the next, so that no logarithm of a machine's own is asked.
 */
export function drawnSpan(random: RandomStream, least: number, most: number): number {
  // Orders of magnitude are those above what is least, where that is no positive number.
  if (least < 1) return drawnSpan(random, 1, most - least + 1) + least - 1;
  let doublings = 0;
  for (let bound = least; bound * 2 <= most; bound *= 2) doublings += 1;
  let low = least;
  for (let left = random.below(doublings + 1); left > 0; left -= 1) low *= 2;
  const high = Math.min(most, low * 2 - 1);
  return low + Math.floor((random.next() / 4_294_967_296) * (high - low + 1));
}

/** Returns an index, each as likely as its weight says; weights are positive. */
export function weightedIndex(random: RandomStream, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = (random.next() / 4_294_967_296) * total;
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
