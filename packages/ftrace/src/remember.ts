/** Bounded maps: a trace of any length may add to them without end, and the oldest entries are forgotten. */

/** So many entries are kept. */
const MOST = 1_000_000;

/** Sets the entry; of too many, that whose key came first is forgotten. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size <= MOST) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
