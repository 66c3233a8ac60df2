/**
 * What is the same for all who ask by a number, as the name of a CPU: made once. Who looks a name up finds a string
 * that it knows sooner than an equal one, and thousands of agents share what each would have to itself.
 */

/** Returns the function that gives what `make` makes of a number from 0 on. */
export function numbered<T>(make: (number: number) => T): (number: number) => T {
  const made: T[] = [];
  return (number) => {
    while (made.length <= number) made.push(make(made.length));
    return made[number] as T;
  };
}
