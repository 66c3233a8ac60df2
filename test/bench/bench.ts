/** A bench: what is measured together, in a stated time, with its peers in the same run. */
import type { Measured } from './figure.ts';
import type { TimeBox } from './time-box.ts';

export interface Bench {
  readonly name: string;
  /** What is compared with what, in a line. */
  readonly about: string;
  /** It ends by itself within so many seconds. */
  readonly seconds: number;
  readonly measure: (conditions: Conditions) => Promise<Measured>;
  readonly plot?: Plot;
}

export interface Conditions {
  readonly box: TimeBox;
  /** Tiny sizes and one round: it shows that the bench runs, and measures nothing. */
  readonly quick: boolean;
  /** A checkout of the project at an earlier commit, with its packages installed. */
  readonly before: string | undefined;
  /** Aborted when the time is over; what the bench has started ends. */
  readonly signal: AbortSignal;
}

/** A plot of some figures of the bench: rows, each with all figures whose names begin with a prefix and a dot. */
interface Plot {
  readonly title: string;
  readonly caption: string;
  /** `count` is logarithmic, `rate` begins at 0. */
  readonly scale: 'count' | 'rate';
  readonly rows: readonly { readonly label: string; readonly prefix: string }[];
}
