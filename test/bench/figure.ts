/** A figure of a bench: a value beside what it is to be compared with, and what it shall reach. */

export interface Figure {
  /** Unique, and the same in every run: `BENCH.what`. */
  readonly name: string;
  /** What it is, for a person. */
  readonly about: string;
  readonly value: number;
  /** `x` for a ratio. */
  readonly unit: string;
  /** The peer in the same run, or the state that the figure is to be compared with. */
  readonly against: string;
  /** The lowest and the highest of the turns whose median the value is; absent if it was counted, or taken once. */
  readonly spread?: readonly [low: number, high: number];
  readonly goal?: Goal;
}

export interface Goal {
  readonly better: 'higher' | 'lower';
  /** What the figure has to reach. */
  readonly reach: number;
  /** What it would be beautiful to reach. */
  readonly aim?: number;
}

/** What a bench brings home. */
export interface Measured {
  readonly figures: readonly Figure[];
  /** What could not be measured here, and what would have to be done: a sentence each. */
  readonly leftOut: readonly string[];
}

/** A median, with the lowest and the highest of the values it is taken from. */
export type Median = Required<Pick<Figure, 'value' | 'spread'>>;

/** Returns the middle value, of an even number of values the mean of the two in the middle. Throws if there is none. */
export function median(values: readonly number[]): Median {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined || below === undefined || above === undefined)
    throw new Error('there is no median of nothing');
  return { value: (below + above) / 2, spread: [low, high] };
}

/** Returns the median of the ratios of values that were taken in the same round. */
export function ratio(over: readonly number[], under: readonly number[]): Median {
  return median(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}

/** How far a figure has come; undefined if nothing is asked of it. */
export function reached({ value, goal }: Figure): 'aim' | 'reached' | 'not reached' | undefined {
  if (goal === undefined) return undefined;
  const isThere = (mark: number) => (goal.better === 'higher' ? value >= mark : value <= mark);
  if (goal.aim !== undefined && isThere(goal.aim)) return 'aim';
  return isThere(goal.reach) ? 'reached' : 'not reached';
}
