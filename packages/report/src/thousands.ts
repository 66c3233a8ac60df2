/** Counts as a person reads them: `12,345`. */

/** Returns the whole number with its thousands apart. */
export function thousands(count: number): string {
  if (count < 0) return `-${thousands(-count)}`;
  const digits = String(count);
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups.join(',');
}
