/** Rounds in which everybody has a turn, so that a mood of the machine meets all alike. */
import type { TimeBox } from './time-box.ts';

interface Rounds {
  /** As often as there is time for. */
  readonly box: TimeBox;
  /** No more often. */
  readonly most: number;
  /** Aborted when there is no time left. */
  readonly signal: AbortSignal;
  /** Whether the first round counts, too: it does not where it only warms up. */
  readonly cold?: boolean;
}

/**
 * Returns for each what its turns gave, in the order of the rounds. Every other round goes the other way, so that
 * nobody always comes after the same. A round that the end of time cuts off does not count; if there was no other, the
 * error is thrown.
 */
export async function takeRounds<Name extends string, T>(
  { box, most, signal, cold = false }: Rounds,
  turns: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Readonly<Record<Name, readonly T[]>>> {
  const names = Object.keys(turns) as Name[];
  const kept: Readonly<Record<Name, T>>[] = [];
  try {
    for (const round of box.rounds(most, cold ? 1 : 2)) {
      const given: Partial<Record<Name, T>> = {};
      for (const name of round % 2 === 0 ? names : names.toReversed()) given[name] = await turns[name]();
      if (cold || round > 0) kept.push(given as Record<Name, T>);
    }
  } catch (error) {
    if (!signal.aborted || kept.length === 0) throw error;
  }
  return Object.fromEntries(names.map((name) => [name, kept.map((given) => given[name])])) as Record<Name, T[]>;
}
