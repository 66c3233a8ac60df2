/** Gathering: who said hello, who is still missed, and when to stop waiting for more. */
import type { AgentSpec } from '@dragon/engine';
import { FederationError } from './federation-error.ts';
import type { Frame } from './frame.ts';
import { canHost, type Offer } from './placement.ts';

/** A federate that said hello; `instance` tells a process from its successor of the same name. */
export interface Candidate extends Offer {
  readonly instance: string;
}

export interface GatheringOptions {
  readonly run: string;
  readonly agents: readonly AgentSpec[];
  /** How many federates will come; without it, whoever comes until nobody new has come for `settleMs`. */
  readonly federates: number | undefined;
  readonly settleMs: number;
  readonly joinMs: number;
}

export class Gathering {
  readonly #options: GatheringOptions;
  readonly #candidates = new Map<string, Candidate>();
  readonly #started = performance.now();
  #lastNew = this.#started;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  get candidates(): readonly Candidate[] {
    return [...this.#candidates.values()];
  }

  /**
   * Enters a hello; without one, only looks at the clock. Returns true when the federation is complete. Throws when it
   * took too long.
   */
  look(hello: Frame<'hello'> | undefined): boolean {
    const now = performance.now();
    if (hello !== undefined) {
      const { from: name, kinds, capacity, instance } = hello;
      // A process that was started again takes the place of its predecessor.
      if (this.#candidates.get(name)?.instance !== instance) this.#lastNew = now;
      this.#candidates.set(name, { name, kinds, capacity, instance });
    }
    const { federates, settleMs, joinMs } = this.#options;
    const missed = this.#missedKinds();
    const enough = federates === undefined ? now - this.#lastNew >= settleMs : this.#candidates.size >= federates;
    if (missed.length === 0 && enough && this.#capacity() >= this.#options.agents.length) return true;
    if (now - this.#started >= joinMs) throw this.#tooLate(missed);
    return false;
  }

  #missedKinds(): string[] {
    const kinds = new Set(this.#options.agents.map(({ kind }) => kind));
    return [...kinds].filter((kind) => !this.candidates.some((offer) => canHost(offer, kind)));
  }

  #capacity(): number {
    return this.candidates.reduce((sum, { capacity }) => sum + capacity, 0);
  }

  #tooLate(missed: readonly string[]): FederationError {
    const { run, federates, joinMs, agents } = this.#options;
    const after = `within ${(joinMs / 1_000).toFixed(1)} s`;
    const count = this.#candidates.size;
    if (missed.length > 0)
      return new FederationError('no-host', `run ${run}: nobody who hosts ${missed.join(', ')} said hello ${after}`);
    if (this.#capacity() < agents.length)
      return new FederationError(
        'no-host',
        `run ${run}: the ${count} federates that said hello ${after} have room for ${this.#capacity()} of ${agents.length} agents`,
      );
    return new FederationError('timeout', `run ${run}: ${count} of ${federates} federates said hello ${after}`);
  }
}
