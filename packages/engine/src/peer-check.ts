/**
 * Check of each message for being one between peers: the bounds of a federation's windows rely on there being no other,
 * so a plan that forgets one is found wrong in whatever way it is run.
 */
import type { AgentSpec } from './agent.ts';
import type { AgentId } from './event.ts';

/** Lists up to this length are looked through from the first on. */
const SHORT = 16;

export class PeerCheck {
  /** In the order of ranks. */
  readonly #specs: readonly AgentSpec[];
  readonly #ranks: ReadonlyMap<AgentId, number>;
  /** By rank, the ranks of those that an agent names, in rising order; made when they are first asked for. */
  readonly #named: (Int32Array | undefined)[];
  readonly #isOn: boolean;

  /** `specs` in the order of `ranks`. Where any agent does not name its peers, anybody may talk to anybody. */
  constructor(specs: readonly AgentSpec[], ranks: ReadonlyMap<AgentId, number>) {
    this.#specs = specs;
    this.#ranks = ranks;
    this.#isOn = specs.every(({ peers }) => peers !== undefined);
    this.#named = this.#isOn ? specs.map(() => undefined) : [];
  }

  /** Returns whether one agent may send to the other: itself, or if either names the other, or its kind. */
  allows(from: number, to: number): boolean {
    if (!this.#isOn || from === to || has(this.#peersOf(from), to) || has(this.#peersOf(to), from)) return true;
    return this.#namesKind(from, to) || this.#namesKind(to, from);
  }

  /** Throws if a message of this type from one to the other is a mistake. */
  check(from: number, to: number, type: string): void {
    if (this.allows(from, to)) return;
    throw new Error(`sent ${type} to ${this.#specs[to]?.id}, and neither names the other as a peer`);
  }

  #namesKind(rank: number, other: number): boolean {
    return this.#specs[rank]?.peerKinds?.includes(this.#specs[other]?.kind ?? '') === true;
  }

  #peersOf(rank: number): Int32Array {
    return (this.#named[rank] ??= Int32Array.from(
      this.#specs[rank]?.peers ?? [],
      (id) => this.#ranks.get(id) ?? -1,
    ).sort());
  }
}

function has(sorted: Int32Array, wanted: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (high - low > SHORT) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= wanted) low = middle;
    else high = middle;
  }
  for (let i = low; i < high; i += 1) if (sorted[i] === wanted) return true;
  return false;
}
