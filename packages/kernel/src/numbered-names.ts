/**
 * Names that differ by a number, as those of CPUs and of what is theirs. Each is made once: who looks a name up finds a
 * string that it knows sooner than an equal one.
 */

/** Returns the function that gives the name of a number from 0 on; `make` makes it. */
export function numberedNames(make: (number: number) => string): (number: number) => string {
  const names: string[] = [];
  return (number) => {
    while (names.length <= number) names.push(make(names.length));
    return names[number] as string;
  };
}
