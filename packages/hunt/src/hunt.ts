/**
 * A hunt: what to try next, given what the runs so far have shown. An attempt depends on its place, and on the runs of
 * all attempts that are a fixed number or more before it: so a hunt is the same whoever makes the runs, and in whatever
 * order they end.
 */
import { RandomStream } from '@dragon/engine';
import type { Attempt, SeenChain } from './attempt.ts';
import { Corpus, type CorpusEntry, type Features } from './corpus.ts';
import { onceIn, someOf } from './draws.ts';
import type { Ground } from './ground.ts';
import { type Making, mutantOf, type Parent } from './mutant.ts';
import { NumberSet } from './number-set.ts';
import { prioritySchedule } from './priority-schedule.ts';

/** What a hunt learns from a run. */
export interface Reached {
  /** Transitions taken, the text of a `NumberSet`. */
  readonly edges: string;
  readonly chains: readonly SeenChain[];
  /** What it found; null if it found nothing. */
  readonly finding: object | null;
  /** Whether it went on when nobody waited for it any longer. */
  readonly cut: boolean;
}

/**
 * - `steered`: runs that reached what is rare are changed further.
 * - `random`: every attempt is drawn anew.
 * - `plain`: nothing is put into any run, which differ in their seeds alone.
 */
export type HuntManner = 'steered' | 'random' | 'plain';

/** How many attempts may be under way; no more threads than this can work at one hunt. */
export const MOST_UNDER_WAY = 64;

/** By how much an attempt has to be behind another to be known to it: at first little, so that a hunt soon learns. */
const lagOf = (index: number): number => Math.min(MOST_UNDER_WAY, 4 + Math.floor(index / 4));

/** Faults that a drawn attempt has at most. */
const MOST_DRAWN = 6;
/** One attempt in so many is drawn anew, though there is something to change. */
const ANEW = 4;

export class Hunt {
  readonly #ground: Ground;
  readonly #manner: HuntManner;
  readonly #seedOf: (index: number) => number;
  readonly #corpus = new Corpus();
  readonly #attempts = new Map<number, Attempt>();
  readonly #reached = new Map<number, Reached>();
  /** Attempts made so far, and how many of their runs the corpus has. */
  #made = 0;
  #learned = 0;

  /** `seedOf` returns the seed of each place, from which the attempt there is drawn. */
  constructor(ground: Ground, manner: HuntManner, seedOf: (index: number) => number) {
    this.#ground = ground;
    this.#manner = manner;
    this.#seedOf = seedOf;
  }

  /** How many runs are being changed further. */
  get corpus(): number {
    return this.#corpus.size;
  }

  /** The place of the next attempt. */
  get made(): number {
    return this.#made;
  }

  /** Whether the runs that the next attempt depends on are there. */
  get isReady(): boolean {
    for (let index = this.#learned; index <= this.#made - lagOf(this.#made); index += 1)
      if (!this.#reached.has(index)) return false;
    return true;
  }

  /** Takes what the run of an attempt reached, in any order. */
  add(index: number, reached: Reached): void {
    if (index >= this.#learned) this.#reached.set(index, reached);
  }

  /** Returns the next attempt; `isReady` has to be true. */
  next(): Attempt {
    const index = this.#made;
    while (this.#learned <= index - lagOf(index)) this.#learn();
    const attempt = this.#attempt(index);
    this.#made += 1;
    this.#attempts.set(index, attempt);
    return attempt;
  }

  #learn(): void {
    const index = this.#learned;
    const [attempt, reached] = [this.#attempts.get(index), this.#reached.get(index)];
    if (attempt === undefined || reached === undefined)
      throw new Error(`the run of attempt ${index} is missing: attempt ${this.#made} depends on it`);
    // Changes of a run that found something find the same again. Those of a run that was cut would mostly be cut as
    // well, each as long as ten others: what it reached counts when a shorter one does.
    if (!reached.cut) this.#corpus.add(attempt, featuresOf(reached, this.#ground.edges), reached.finding === null);
    this.#attempts.delete(index);
    this.#reached.delete(index);
    this.#learned += 1;
  }

  #attempt(index: number): Attempt {
    const seed = this.#seedOf(index);
    const random = RandomStream.of(seed, 'attempt');
    if (index === 0 || this.#manner === 'plain')
      return { index, seed, faults: [], rules: [], origin: { kind: 'plain' } };
    if (this.#manner === 'steered' && !onceIn(random, ANEW)) {
      const entry = this.#corpus.drawn(random);
      if (entry !== undefined) {
        const { attempt } = entry;
        const mate = this.#corpus.mateOf(random, entry);
        const made = mutantOf(random, this.#ground, this.#parent(entry), mate && this.#parent(mate), seed);
        return { index, ...made, origin: { kind: 'mutant', of: attempt.index } };
      }
    }
    return { index, ...this.#swarm(random, seed), origin: { kind: 'swarm' } };
  }

  #parent(entry: CorpusEntry): Parent {
    return { making: entry.attempt, moments: this.#corpus.rareMoments(entry) };
  }

  /** Swarm testing (Groce et al., ISSTA 2012): each attempt first draws which kinds of faults it may have at all. */
  #swarm(random: RandomStream, seed: number): Making {
    const { space, plan } = this.#ground;
    const kinds = someOf(random, space.kinds);
    const count = random.below(MOST_DRAWN + 1);
    const faults = Array.from({ length: count }, () => space.drawn(random, kinds)).filter((each) => each !== undefined);
    const isUniform = onceIn(random, 2);
    return {
      seed,
      faults: space.admitted(faults),
      rules: isUniform ? [] : prioritySchedule(random, plan, () => space.instant(random)),
    };
  }
}

function featuresOf({ edges, chains }: Reached, limit: number): Features {
  return new Map([
    ...NumberSet.from(edges, limit)
      .members()
      .map((edge) => [`edge ${edge}`, undefined] as const),
    ...chains.map(({ chain, at }) => [`chain ${chain}`, at] as const),
  ]);
}
