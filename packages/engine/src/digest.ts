/**
 * The digest of a run: a hash chain per agent, combined at the end, so that neither placement nor interleaving can
 * change it.
 */
import { type AgentId, compareText, type Event } from './event.ts';
import { Hasher } from './hasher.ts';
import type { Observer, Seen } from './observer.ts';

/** Two 32-bit lanes and the number of rows hashed. */
export type Chain = readonly [lane0: number, lane1: number, rows: number];

/** One agent's share of the digest. */
export interface AgentDigest {
  readonly agent: AgentId;
  readonly chain: Chain;
}

export const EMPTY_CHAIN: Chain = [0x9e3779b9 | 0, 0x85ebca6b | 0, 0];

/** Returns the chain with one more event: when, from whom, by which timer, what, and the state it led to. */
export function extendChain(chain: Chain, { at, from, seq, timer, message }: Event, state: string): Chain {
  const hasher = new Hasher(chain[0], chain[1]);
  hasher.number(at);
  hasher.text(from);
  hasher.number(seq);
  if (timer !== undefined) hasher.text(timer);
  hasher.json(message);
  hasher.text(state);
  const [a, b] = hasher.lanes;
  return [a, b, chain[2] + 1];
}

/** The observer that keeps the digest of what its engine hosts. */
export class DigestObserver implements Observer {
  readonly #chains = new Map<AgentId, { chain: Chain }>();

  see({ agent, event, state }: Seen): void {
    let share = this.#chains.get(agent);
    if (share === undefined) this.#chains.set(agent, (share = { chain: EMPTY_CHAIN }));
    if (event !== undefined) share.chain = extendChain(share.chain, event, state);
  }

  /** Goes on from the shares of a snapshot. */
  resume(shares: readonly AgentDigest[]): void {
    for (const { agent, chain } of shares) this.#chains.set(agent, { chain });
  }

  /** Returns the share of each agent. */
  shares(): AgentDigest[] {
    return [...this.#chains].map(([agent, { chain }]) => ({ agent, chain }));
  }
}

/** Returns the digest of a run, 16 hexadecimal digits, from the shares of all its agents in any order. */
export function combineDigests(shares: readonly AgentDigest[]): string {
  const hasher = new Hasher();
  for (const { agent, chain } of shares.toSorted((x, y) => compareText(x.agent, y.agent))) {
    hasher.text(agent);
    for (const lane of chain) hasher.word(lane);
  }
  return hasher.hex();
}
