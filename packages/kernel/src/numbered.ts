/**
 * What is the same for all who ask by a number, as the name of a CPU: made once. Who looks a name up finds a string
 * that it knows sooner than an equal one, and thousands of agents share what each would have to itself.
 */

/** More than there are CPUs or allocation groups: a number beyond is a mistake in a plan, and not worth a table. */
const MOST = 1 << 20;

/** Returns the function that gives what `make` makes of a number: the same each time for those from 0 to 2^20 - 1. */
export function numbered<T extends object | string>(make: (number: number) => T): (number: number) => T {
  const made: T[] = [];
  return (number) => {
    const known = made[number];
    if (known !== undefined) return known;
    if (!Number.isInteger(number) || number < 0 || number >= MOST) return make(number);
    while (made.length <= number) made.push(make(made.length));
    return made[number] as T;
  };
}
