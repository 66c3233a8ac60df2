/** A number in a log: a pid, a CPU, seconds. How many digits a line of a log may show, nobody says. */

/** Returns the number that the digits mean; of one that no kernel has, the largest that is exact. */
export const printedNumber = (digits: string | undefined): number =>
  Math.min(Number(digits ?? 0), Number.MAX_SAFE_INTEGER);
