/** Numbers that say the same as another in fewer digits, or less. */

/** More digits than these are never all of interest. */
const MOST_DIGITS = 4;

/** Returns the roundings of a whole number to few digits, those with the fewest first, and down before up. */
export function roundings(value: number): number[] {
  return distinct(
    units(value).flatMap((unit) => [Math.floor(value / unit) * unit, Math.ceil(value / unit) * unit]),
    (each) => each > 0 && each !== value,
  );
}

/** Returns what is at least the number, with few digits, the fewest first. */
export function roundedUp(value: number): number[] {
  return distinct(
    units(value).map((unit) => Math.ceil(value / unit) * unit),
    () => true,
  );
}

/** Returns smaller numbers, not below `least`, the smallest first. */
export function smaller(value: number, least: number): number[] {
  const parts = [1_000, 100, 10, 4, 2].map((share) => {
    const part = Math.floor(value / share);
    const [unit = 1] = units(part);
    return Math.floor(part / unit) * unit;
  });
  const down = units(value).map((unit) => Math.floor(value / unit) * unit);
  return distinct([least, ...parts, ...down], (each) => each >= least && each < value);
}

/**
 * Returns smaller counts, not below `least`, the smallest first: the last of them are not much smaller, so that what
 * fails in the end has about as few as it takes, in two digits.
 */
export function fewer(value: number, least: number): number[] {
  const twoDigits = [0.75, 0.9].map((share) => {
    const part = Math.floor(value * share);
    const [, unit = 1] = units(part);
    return Math.floor(part / unit) * unit;
  });
  const oneLess = value <= 20 ? [value - 1] : [];
  return distinct([...smaller(value, least), ...twoDigits, ...oneLess], (each) => each >= least && each < value);
}

/** Of one digit, two and so on. */
function units(value: number): number[] {
  let unit = 1;
  while (unit * 10 <= value) unit *= 10;
  const list: number[] = [];
  for (; unit >= 1 && list.length < MOST_DIGITS; unit /= 10) list.push(unit);
  return list;
}

function distinct(numbers: readonly number[], isWanted: (each: number) => boolean): number[] {
  return [...new Set(numbers)].filter(isWanted);
}
