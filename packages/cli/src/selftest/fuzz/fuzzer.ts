/** A fuzzer: samples of what a parser reads, how they are mutated, and what answers to the result are right. */
import type { Mutation } from './mutation.ts';

export interface Fuzzer {
  readonly samples: (place: FuzzPlace) => Promise<readonly Buffer[]>;
  readonly mutate: Mutation;
  /**
   * Resolves to what the parser made of the input, as a word to be counted; rejects with `WrongAnswer` if that is
   * wrong. Any other error is wrong, too: a parser answers.
   */
  readonly answer: (input: Buffer, place: FuzzPlace) => Promise<string>;
}

/** Where a fuzzer may keep files. */
export interface FuzzPlace {
  /** Its own, and empty at its start. */
  readonly folder: string;
}

/** An answer that no input may have. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}
