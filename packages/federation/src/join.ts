/** The join of a federation: applicants by name, what is still missed, and when to stop waiting for more. */
import type { AgentSpec } from '@dragon/engine';
import { FederationError } from './federation-error.ts';
import type { Frame } from './frame.ts';
import { type Applicant, canHost } from './placement.ts';

/** How many names, and how many processes whose place others took, are kept: more come from nobody honest. */
const MOST_APPLICANTS = 4_096;

export interface JoinOptions {
  readonly run: string;
  readonly agents: readonly AgentSpec[];
  /**
   * How many federates will come, or their names, and then nobody else may; without it, any number, until nobody new
   * has come for `settleMs`.
   */
  readonly federates: number | readonly string[] | undefined;
  readonly settleMs: number;
  readonly joinMs: number;
}

export class Join {
  readonly #options: JoinOptions;
  readonly #applicants = new Map<string, Applicant>();
  readonly #names: ReadonlySet<string> | undefined;
  readonly #expected: number | undefined;
  /** Processes whose place others have taken. */
  readonly #replaced = new Set<string>();
  readonly #started = performance.now();
  #lastNew = this.#started;

  constructor(options: JoinOptions) {
    this.#options = options;
    const { federates } = options;
    this.#names = typeof federates === 'object' ? new Set(federates) : undefined;
    this.#expected = typeof federates === 'object' ? federates.length : federates;
  }

  get applicants(): readonly Applicant[] {
    return [...this.#applicants.values()];
  }

  /** Returns why a hello is not heard, if it is not. */
  refusal({ from, instance }: Frame<'hello'>): string | undefined {
    if (this.#names?.has(from) === false) return 'no federate of this name was started';
    if (this.#applicants.size >= MOST_APPLICANTS && !this.#applicants.has(from)) return 'there are too many federates';
    return this.#replaced.has(instance) ? 'another process has taken its place' : undefined;
  }

  /**
   * Enters an applicant; returns whether it is new. A process that was started again takes the place of its
   * predecessor.
   */
  hello({ from: name, instance, kinds, capacity }: Frame<'hello'>): boolean {
    const known = this.#applicants.get(name);
    if (known?.instance === instance) return false;
    if (known !== undefined) this.retire(known.instance);
    this.#lastNew = performance.now();
    this.#applicants.set(name, { name, instance, kinds, capacity });
    return true;
  }

  /** Another process has taken the place of this one: it is not heard any more. */
  retire(instance: string): void {
    if (this.#replaced.size < MOST_APPLICANTS) this.#replaced.add(instance);
  }

  isRetired(instance: string): boolean {
    return this.#replaced.has(instance);
  }

  /** Returns true when the applicants can host all agents and nobody else is expected. Throws when it is too late. */
  isComplete(): boolean {
    const now = performance.now();
    const { settleMs, joinMs, agents } = this.#options;
    const missed = this.#missedKinds();
    const enough =
      this.#expected === undefined ? now - this.#lastNew >= settleMs : this.#applicants.size >= this.#expected;
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
    const { run, joinMs, agents } = this.#options;
    const after = `within ${(joinMs / 1_000).toFixed(1)} s`;
    const count = this.#applicants.size;
    if (missed.length > 0)
      return new FederationError('no-host', `run ${run}: nobody who hosts ${missed.join(', ')} said hello ${after}`);
    if (this.#capacity() < agents.length)
      return new FederationError(
        'no-host',
        `run ${run}: the ${count} federates that said hello ${after} have room for ${this.#capacity()} of ${agents.length} agents`,
      );
    return new FederationError('timeout', `run ${run}: ${count} of ${this.#expected} federates said hello ${after}`);
  }
}
