/** How well a share is known that was counted in a number of runs. */

/** A 95 % confidence interval; an end may be infinite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Returns the 95 % interval of a share of which `count` of `n` were seen. Wilson's score interval without continuity
 * correction (Wilson, JASA 22, 1927): near 95 % coverage on average also where nothing or everything was seen, which is
 * what most cells show, where the usual (Wald) interval has no width (Newcombe, Statistics in Medicine 17, 1998,
 * 857-872; Brown, Cai and DasGupta, Statistical Science 16, 2001).
 */
export function wilsonInterval(count: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const centre = (count + (Z * Z) / 2) / (n + Z * Z);
  const half = (Z / (n + Z * Z)) * Math.sqrt((count * (n - count)) / n + (Z * Z) / 4);
  return { low: count === 0 ? 0 : centre - half, high: count === n ? 1 : centre + half };
}
