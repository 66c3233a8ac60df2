/** The binomial distribution of fair coins: what sign tests, McNemar's test and intervals of medians are read from. */

/** Returns the probability of at most `k` heads among `n` fair coins. */
export function binomialTail(k: number, n: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  // From the middle term outwards no term overflows, and those that underflow do not matter.
  const middle = Math.floor(n / 2);
  let [total, tail] = [0, 0];
  const add = (i: number, term: number) => {
    total += term;
    if (i <= k) tail += term;
  };
  add(middle, 1);
  for (let i = middle - 1, term = 1; i >= 0 && term > 0; i -= 1) add(i, (term *= (i + 1) / (n - i)));
  for (let i = middle + 1, term = 1; i <= n && term > 0; i += 1) add(i, (term *= (n - i + 1) / i));
  return tail / total;
}

/**
 * Returns the two-sided p-value of McNemar's exact test: how likely at least so uneven a split of the pairs that differ
 * is, if neither side has the advantage (McNemar, Psychometrika 12, 1947).
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  return Math.min(1, 2 * binomialTail(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond));
}

/**
 * Returns the rank r such that the r-th least and the r-th greatest of `n` values enclose the median of their
 * distribution with 95 % confidence or more; 0 if there are too few for that (fewer than 6).
 */
export function medianRank(n: number): number {
  let rank = 0;
  while (rank < n / 2 && 2 * binomialTail(rank, n) <= 0.05) rank += 1;
  return rank;
}
