/** A space-filling sample of a cube of any dimension. */
import { RandomStream } from '@dragon/engine';

/**
 * Returns `count` points of [0, 1)^`dimensions`, a Latin hypercube (McKay, Beckman and Conover, Technometrics 21,
 * 1979): each dimension is cut into `count` equal strata, each stratum of each dimension has one point, and where in
 * its stratum is drawn evenly. So every parameter is seen at as many values as there are points, whatever the others
 * do. The same seed gives the same points; a dimension is drawn from a stream of its own, so that one more dimension
 * leaves those before it as they are.
 */
export function latinHypercube(count: number, dimensions: number, seed: number): number[][] {
  const columns = Array.from({ length: dimensions }, (_, dimension) => {
    const stream = RandomStream.of(seed, `sample ${dimension}`);
    const strata = shuffled(count, stream);
    return strata.map((stratum) => (stratum + stream.next() / WORDS) / count);
  });
  return Array.from({ length: count }, (_, point) => columns.map((column) => column[point] ?? 0));
}

const WORDS = 2 ** 32;

/** 0 to `count` - 1 in an order drawn evenly of all (Fisher and Yates). */
function shuffled(count: number, stream: RandomStream): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = stream.below(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
