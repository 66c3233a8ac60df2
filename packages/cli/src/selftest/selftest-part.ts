/** A part of the self-test: what every part is asked, and what it answers. */

export interface SelftestPart {
  /** As `--only` names it. */
  readonly name: string;
  /** What it tries, in a few words. */
  readonly about: string;
  run(asked: PartRequest): Promise<PartReport>;
}

export interface PartRequest {
  /** Case n of a part is drawn from this seed, the part's name and n alone: when and where it runs changes nothing. */
  readonly seed: number;
  /** No case is begun after this instant of `performance.now()`. */
  readonly until: number;
  /** Cases to try, of each kind that the part has; undefined: as many as there is time for. */
  readonly cases: number | undefined;
  /** What stands behind the part's name in `--only`, as `ftrace` and `17` of `fuzz/ftrace/17`. */
  readonly only: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Called often, with what a live line may show. */
  readonly onProgress: (text: string) => void;
}

export interface PartReport {
  /** What was tried, and how often; the order is that of the report. */
  readonly counts: Readonly<Record<string, number>>;
  /** Promises of this program that did not hold. */
  readonly failures: readonly SelftestFailure[];
  /** What could not be tried here, and what to do about it: no promise is broken by it. */
  readonly troubles: readonly string[];
}

export interface SelftestFailure {
  readonly what: string;
  /** What stands behind the part's name in `--only` to try this one again. */
  readonly only: string;
}

/** Counts by name, in the order in which the names came up. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, more = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + more);
  }

  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
