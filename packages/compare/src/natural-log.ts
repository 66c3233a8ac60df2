/**
 * Logarithms for axes, from exact arithmetic alone: Math.log may differ in its last bit from machine to machine, and
 * with it the file we write.
 */

const SQRT2 = Math.sqrt(2);
const LN2 = logNearOne(2);
const LN10 = naturalLog(10);

/** Returns the natural logarithm of a positive, finite number, to within 1e-14. */
export function naturalLog(x: number): number {
  if (!(x > 0) || x === Infinity) throw new Error(`the logarithm of ${x} is not a number`);
  let mantissa = x;
  let exponent = 0;
  for (; mantissa > SQRT2; mantissa /= 2) exponent += 1;
  for (; mantissa < SQRT2 / 2; mantissa *= 2) exponent -= 1;
  return logNearOne(mantissa) + exponent * LN2;
}

/** Returns the logarithm to base 10. */
export function log10(x: number): number {
  return naturalLog(x) / LN10;
}

/** ln m = 2 artanh((m - 1) / (m + 1)), by its series. */
function logNearOne(m: number): number {
  const t = (m - 1) / (m + 1);
  let sum = 0;
  let power = t;
  for (let k = 1; sum + power / k !== sum; k += 2) {
    sum += power / k;
    power *= t * t;
  }
  return 2 * sum;
}
