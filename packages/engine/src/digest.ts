/**
 * The digest of a run: a hash chain per agent, combined at the end, so that neither placement nor interleaving can
 * change it.
 */
import { type AgentId, compareText, type Event } from './event.ts';
import { Hasher, newTextHash, textHash } from './hasher.ts';

/** Two 32-bit lanes and the number of rows hashed. */
export type Chain = readonly [lane0: number, lane1: number, rows: number];

/** One agent's share of the digest. */
export interface AgentDigest {
  readonly agent: AgentId;
  readonly chain: Chain;
}

export const EMPTY_CHAIN: Chain = [0x9e3779b9 | 0, 0x85ebca6b | 0, 0];

/** An agent's numbers lie side by side, in half a cache line: lanes and rows of its chain, then two hashes of texts. */
const WORDS = 8;
const [A, B, ROWS, ID, STATE] = [0, 1, 2, 3, 5];

/**
 * The chains of the agents of a plan, by rank, in one array; and beside each chain the hashes of the agent's id and of
 * the state it was in last, which most often is the one it is in next.
 */
export class DigestChains {
  readonly #numbers: Int32Array;
  readonly #states: string[];
  readonly #hasher = new Hasher();

  /** `ids` in the order of ranks. */
  constructor(ids: readonly AgentId[]) {
    this.#numbers = new Int32Array(ids.length * WORDS);
    const empty = textHash('');
    this.#states = ids.map((id, rank) => {
      const numbers = this.#numbers;
      const { a, b } = newTextHash(id);
      numbers.set([...EMPTY_CHAIN, a, b, empty.a, empty.b], rank * WORDS);
      return '';
    });
  }

  /**
   * Goes on with one more event: when, from whom, by which timer, what, and the state it led to. `to` and `from` are
   * ranks.
   */
  extend(
    to: number,
    at: number,
    from: number,
    seq: number,
    timer: string | undefined,
    message: Event['message'],
    state: string,
  ): void {
    const numbers = this.#numbers;
    const hasher = this.#hasher;
    const own = to * WORDS;
    if (state !== this.#states[to]) {
      const { a, b } = textHash(state);
      this.#states[to] = state;
      numbers[own + STATE] = a;
      numbers[own + STATE + 1] = b;
    }
    hasher.resume(numbers[own + A] as number, numbers[own + B] as number);
    hasher.number(at);
    hasher.word(numbers[from * WORDS + ID] as number);
    hasher.word(numbers[from * WORDS + ID + 1] as number);
    hasher.number(seq);
    if (timer !== undefined) hasher.text(timer);
    hasher.json(message);
    hasher.word(numbers[own + STATE] as number);
    hasher.word(numbers[own + STATE + 1] as number);
    numbers[own + A] = hasher.a;
    numbers[own + B] = hasher.b;
    numbers[own + ROWS] = (numbers[own + ROWS] as number) + 1;
  }

  /** Goes on with a verdict on the message `seq` of its sender: what is dropped would leave no trace otherwise. */
  judge(from: number, seq: number, rule: string, kind: string, by: number): void {
    const numbers = this.#numbers;
    const hasher = this.#hasher;
    const own = from * WORDS;
    hasher.resume(numbers[own + A] as number, numbers[own + B] as number);
    hasher.number(seq);
    hasher.text(rule);
    hasher.text(kind);
    hasher.number(by);
    numbers[own + A] = hasher.a;
    numbers[own + B] = hasher.b;
  }

  /** Returns how many events of an agent are in its chain. */
  rows(rank: number): number {
    return this.#numbers[rank * WORDS + ROWS] as number;
  }

  chain(rank: number): Chain {
    const own = rank * WORDS;
    const [a = 0, b = 0, rows = 0] = this.#numbers.subarray(own + A, own + ROWS + 1);
    return [a, b, rows];
  }

  /** Goes on from the chain of a snapshot. */
  resume(rank: number, chain: Chain): void {
    this.#numbers.set(chain, rank * WORDS + A);
  }
}

/** Returns the digest of a run, 16 hexadecimal digits, from the shares of all its agents in any order. */
export function combineDigests(shares: readonly AgentDigest[]): string {
  const hasher = new Hasher();
  for (const { agent, chain } of shares.toSorted((x, y) => compareText(x.agent, y.agent))) {
    hasher.lanes(newTextHash(agent));
    for (const lane of chain) hasher.word(lane);
  }
  return hasher.hex();
}
