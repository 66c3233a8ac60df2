/** The nearest known name to a mistyped one. */

/**
 * Returns the name with the fewest edits from `given` if they are at most 3 and a third of its length; else the first
 * that contains it or that it begins with, if it has 3 letters; else undefined. Case does not count.
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(wanted.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  if (best !== undefined || wanted.length < 3) return best;
  return known.find((name) => name.toLowerCase().includes(wanted) || wanted.startsWith(name.toLowerCase()));
}

/** Levenshtein's distance with transpositions of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? a.length;
}

/** Returns what is wrong with `given`, and the nearest of `known` if one is near. */
export function unknownName(what: string, given: string, known: readonly string[]): string {
  const guess = nearest(given, known);
  const list = known.length === 0 ? '' : ` (one of: ${known.join(', ')})`;
  return `unknown ${what} '${given}'${guess === undefined ? '' : `; did you mean ${guess}?`}${list}`;
}
