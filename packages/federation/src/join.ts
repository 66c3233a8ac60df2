/** The join of a federation: applicants by name, what is still missed, and when to stop waiting for more. */
import type { AgentSpec } from '@dragon/engine';
import { FederationError } from './federation-error.ts';
import type { Frame } from './frame.ts';
import { type Applicant, canHost } from './placement.ts';

export interface JoinOptions {
  readonly run: string;
  readonly agents: readonly AgentSpec[];
  /** How many federates will come; without it, any number, until nobody new has come for `settleMs`. */
  readonly federates: number | undefined;
  readonly settleMs: number;
  readonly joinMs: number;
}

export class Join {
  readonly #options: JoinOptions;
  readonly #applicants = new Map<string, Applicant>();
  readonly #started = performance.now();
  #lastNew = this.#started;

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  get applicants(): readonly Applicant[] {
    return [...this.#applicants.values()];
  }

  /**
   * Enters an applicant; returns whether it is new. A process that was started again takes the place of its
   * predecessor.
   */
  hello({ from: name, instance, kinds, capacity }: Frame<'hello'>): boolean {
    if (this.#applicants.get(name)?.instance === instance) return false;
    this.#lastNew = performance.now();
    this.#applicants.set(name, { name, instance, kinds, capacity });
    return true;
  }

  /** Returns true when the applicants can host all agents and nobody else is expected. Throws when it is too late. */
  isComplete(): boolean {
    const now = performance.now();
    const { federates, settleMs, joinMs, agents } = this.#options;
    const missed = this.#missedKinds();
    const enough = federates === undefined ? now - this.#lastNew >= settleMs : this.#applicants.size >= federates;
    if (missed.length === 0 && enough && this.#capacity() >= agents.length) return true;
    if (now - this.#started >= joinMs) throw this.#tooLate(missed);
    return false;
  }

  /** Who is here, by kind, and which kinds nobody hosts yet. */
  standing(): { readonly reported: readonly { kind: string; count: number }[]; readonly missing: readonly string[] } {
    const counts = new Map<string, number>();
    for (const { kinds } of this.#applicants.values())
      for (const kind of kinds === 'any' ? ['any'] : kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return { reported: [...counts].map(([kind, count]) => ({ kind, count })), missing: this.#missedKinds() };
  }

  #missedKinds(): string[] {
    const kinds = new Set(this.#options.agents.map(({ kind }) => kind));
    const { applicants } = this;
    return [...kinds].filter((kind) => !applicants.some((applicant) => canHost(applicant, kind)));
  }

  #capacity(): number {
    return this.applicants.reduce((sum, { capacity }) => sum + capacity, 0);
  }

  #tooLate(missed: readonly string[]): FederationError {
    const { run, federates, joinMs, agents } = this.#options;
    const after = `within ${(joinMs / 1_000).toFixed(1)} s`;
    const count = this.#applicants.size;
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
