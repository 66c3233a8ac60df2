/** Cases of one kind of input: each is drawn from seed, kind and number alone, and answered in this thread. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Draw } from '../draw.ts';
import type { FuzzKind } from './fuzz-kinds.ts';
import { type Fuzzer, type FuzzPlace, WrongAnswer } from './fuzzer.ts';
import { FUZZERS } from './fuzzers.ts';

/** What became of a case. */
export type CaseOutcome = { readonly answer: string } | { readonly wrong: string };

export class FuzzedKind {
  readonly #kind: FuzzKind;
  readonly #seed: number;
  readonly #fuzzer: Fuzzer;
  readonly #place: FuzzPlace;
  readonly #samples: readonly Buffer[];

  private constructor(kind: FuzzKind, seed: number, place: FuzzPlace, samples: readonly Buffer[]) {
    this.#kind = kind;
    this.#seed = seed;
    this.#fuzzer = FUZZERS[kind];
    this.#place = place;
    this.#samples = samples;
  }

  /** Makes the samples, in a folder of its own in `folder`. */
  static async open(kind: FuzzKind, seed: number, folder: string): Promise<FuzzedKind> {
    const place = { folder: join(folder, kind) };
    mkdirSync(place.folder, { recursive: true });
    return new FuzzedKind(kind, seed, place, await FUZZERS[kind].samples(place));
  }

  /** Returns the input of case `nth`. */
  input(nth: number): Buffer {
    const draw = new Draw(this.#seed, `${this.#kind}/${nth}`);
    const sample = draw.among(this.#samples) ?? Buffer.alloc(0);
    return this.#fuzzer.mutate(sample, draw, this.#samples);
  }

  /** Resolves to what becomes of case `nth`. */
  async case(nth: number): Promise<CaseOutcome> {
    try {
      const answer = await this.#fuzzer.answer(this.input(nth), this.#place);
      expectUnpolluted();
      return { answer };
    } catch (error) {
      if (error instanceof WrongAnswer) return { wrong: error.message };
      return { wrong: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }
}

/** No input reaches what all objects have in common. */
function expectUnpolluted(): void {
  const [key] = [...Object.keys(Object.prototype), ...Object.keys(Array.prototype)];
  if (key === undefined && !('polluted' in {})) return;
  for (const each of Object.keys(Object.prototype)) Reflect.deleteProperty(Object.prototype, each);
  throw new WrongAnswer(`all objects have ${key ?? 'polluted'} now`);
}
