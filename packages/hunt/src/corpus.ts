/**
 * The corpus of a hunt: runs that reached what no run had reached before them, to be changed further. Those that
 * reached what is still rare are changed more often (Boehme, Pham, Roychoudhury: Coverage-based Greybox Fuzzing as
 * Markov Chain, CCS 2016), those whose changes led nowhere less.
 */
import type { RandomStream, VirtualTime } from '@dragon/engine';
import type { Attempt } from './attempt.ts';
import { weightedIndex } from './draws.ts';

/** What a run reached, each under a name of its own; where it is known, with the instant. */
export type Features = ReadonlyMap<string, VirtualTime | undefined>;

export interface CorpusEntry {
  readonly attempt: Attempt;
  readonly features: Features;
  /** Changes of it since one of them reached something new. */
  fruitless: number;
}

export class Corpus {
  readonly #entries: CorpusEntry[] = [];
  /** How many runs reached it. */
  readonly #runs = new Map<string, number>();

  get size(): number {
    return this.#entries.length;
  }

  /** Counts what a run reached; if that is anything new, the run becomes an entry, if it is `open` to change. */
  add(attempt: Attempt, features: Features, open: boolean): void {
    let isNew = false;
    for (const feature of features.keys()) {
      const before = this.#runs.get(feature) ?? 0;
      isNew ||= before === 0;
      this.#runs.set(feature, before + 1);
    }
    if (!isNew) return;
    if (open) this.#entries.push({ attempt, features, fruitless: 0 });
    const { origin } = attempt;
    const parent = origin.kind === 'mutant' ? this.#entry(origin.of) : undefined;
    if (parent !== undefined) parent.fruitless = 0;
  }

  /** Returns an entry to change; undefined if there is none. */
  drawn(random: RandomStream): CorpusEntry | undefined {
    const entry = this.#oneOf(random, this.#entries);
    if (entry !== undefined) entry.fruitless += 1;
    return entry;
  }

  /** Returns another entry, of which something is to be taken; undefined if there is none. */
  mateOf(random: RandomStream, entry: CorpusEntry): CorpusEntry | undefined {
    return this.#oneOf(
      random,
      this.#entries.filter((each) => each !== entry),
    );
  }

  /** Returns the instants at which an entry reached what few runs reach, the rarest first. */
  rareMoments({ features }: CorpusEntry): readonly VirtualTime[] {
    return [...features]
      .flatMap(([feature, at]) => (at === undefined ? [] : [{ at, runs: this.#runs.get(feature) ?? 1 }]))
      .toSorted((a, b) => a.runs - b.runs || a.at - b.at)
      .map(({ at }) => at);
  }

  #oneOf(random: RandomStream, entries: readonly CorpusEntry[]): CorpusEntry | undefined {
    if (entries.length === 0) return undefined;
    return entries[
      weightedIndex(
        random,
        entries.map((each) => this.#energy(each)),
      )
    ];
  }

  #entry(index: number): CorpusEntry | undefined {
    return this.#entries.find(({ attempt }) => attempt.index === index);
  }

  #energy({ features, fruitless }: CorpusEntry): number {
    let energy = 0;
    for (const feature of features.keys()) {
      const runs = this.#runs.get(feature) ?? 1;
      energy += 1 / (runs * runs);
    }
    return (energy + 1e-6) / (1 + fruitless);
  }
}
