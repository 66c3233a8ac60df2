/** How figures are taken and printed. */

/** Returns the middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Returns seconds that `work` took. */
export function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Returns a rate or a count as a person reads it. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Prints a ratio and whether it reaches its target. */
export function printRatio(what: string, ratio: number, target: string, reached: boolean): void {
  console.log(`${what}: ${ratio.toFixed(2)} (target: ${target}${reached ? '' : ' - NOT reached'})`);
}
