/**
 * Exact tests of two samples that are not paired: whether shares, or values, differ beyond chance. Computed by sums of
 * products alone, so that every machine gets the same.
 */

/**
 * Returns the two-sided p-value of Fisher's exact test (Fisher 1935; the sum of all tables that are no likelier, as R's
 * fisher.test has it): `count` of `n` against `otherCount` of `otherN`.
 */
export function fisherExact(count: number, n: number, otherCount: number, otherN: number): number {
  const all = count + otherCount;
  const weights = Array.from({ length: all + 1 }, (_, k) => choose(n, k) * choose(otherN, all - k));
  const total = weights.reduce((sum, each) => sum + each, 0);
  const seen = weights[count] ?? 0;
  // Equal likelihoods may differ in their last bits.
  const atMost = weights.reduce((sum, each) => (each <= seen * (1 + 1e-9) ? sum + each : sum), 0);
  return total === 0 ? 1 : Math.min(1, atMost / total);
}

function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let product = 1;
  for (let i = 1; i <= k; i += 1) product *= (n - k + i) / i;
  return product;
}

/**
 * Returns the two-sided p-value of the Mann-Whitney test (Mann and Whitney 1947), exact also with ties: of all ways to
 * deal the ranks out, how many are at least as far from the middle. Null if a sample is empty.
 */
export function mannWhitneyExact(sample: readonly number[], other: readonly number[]): number | null {
  if (sample.length === 0 || other.length === 0) return null;
  const pooled = [...sample, ...other].sort((a, b) => a - b);
  // Twice the middle rank of equal values, which is a whole number.
  const rankOf = (value: number): number => pooled.indexOf(value) + pooled.lastIndexOf(value) + 2;
  const few = sample.length <= other.length ? sample : other;
  const seen = few.reduce((sum, value) => sum + rankOf(value), 0);
  const middle = few.length * (pooled.length + 1);
  const ways = waysToDraw(pooled.map(rankOf), few.length);
  let [total, far] = [0, 0];
  for (const [sum, count] of ways) {
    total += count;
    if (Math.abs(sum - middle) >= Math.abs(seen - middle)) far += count;
  }
  return far / total;
}

/** Returns in how many ways `size` of the ranks have each sum. */
function waysToDraw(ranks: readonly number[], size: number): ReadonlyMap<number, number> {
  const ways: Map<number, number>[] = Array.from({ length: size + 1 }, () => new Map<number, number>());
  ways[0]?.set(0, 1);
  for (const rank of ranks)
    for (let taken = size; taken > 0; taken -= 1)
      for (const [sum, count] of ways[taken - 1] ?? [])
        ways[taken]?.set(sum + rank, (ways[taken]?.get(sum + rank) ?? 0) + count);
  return ways[size] ?? new Map();
}
