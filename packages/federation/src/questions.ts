/**
 * The coordinator's open questions: repeated until they are answered, and given up with one clear line that names who
 * is silent.
 */
import { FederationError } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';

export interface QuestionsOptions {
  readonly repeatMs: number;
  readonly silenceMs: number;
  readonly post: (subject: string, messages: readonly Uint8Array[]) => void;
}

interface Open {
  readonly subject: string;
  readonly messages: readonly Uint8Array[];
  readonly what: string;
  repeatIn: number;
  silent: number;
  /** What the federate itself waits for, if it said so. */
  excuse: string;
}

export class Questions {
  readonly #options: QuestionsOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Asks `to` for something: `what` is how an error message names it. */
  ask(to: string, subject: string, messages: readonly Uint8Array[], what: string): void {
    this.#open.set(to, { subject, messages, what, repeatIn: this.#options.repeatMs, silent: 0, excuse: '' });
    this.#options.post(subject, messages);
  }

  /** Returns false if nobody waits for an answer of `from`. */
  answered(from: string): boolean {
    return this.#open.delete(from);
  }

  /** A federate is alive but has no answer yet. Work is not silence; waiting is. */
  excused({ from, missing }: Frame<'busy'>): void {
    const open = this.#open.get(from);
    if (open === undefined) return;
    const [first] = missing;
    open.excuse = first === undefined ? '' : `, but waits for frame ${first.seqs[0]} of ${first.name}`;
    if (first === undefined) open.silent = 0;
  }

  /** Lets time pass. Throws when somebody has been silent for too long. */
  tick(ms: number): void {
    const { repeatMs, silenceMs, post } = this.#options;
    for (const [name, open] of this.#open) {
      open.silent += ms;
      open.repeatIn -= ms;
      if (open.silent >= silenceMs) throw new FederationError('silent', tooSilent(name, open, silenceMs));
      if (open.repeatIn > 0) continue;
      open.repeatIn = repeatMs;
      post(open.subject, open.messages);
    }
  }
}

function tooSilent(name: string, { what, excuse }: Open, silenceMs: number): string {
  return `federate ${name} has not answered for ${(silenceMs / 1_000).toFixed(1)} s: it was asked to ${what}${excuse}`;
}

/** Returns what a question asks for, as an error message says it. */
export function request(body: Body): string {
  if (body.kind === 'place') return 'start its agents';
  if (body.kind === 'grant') return `process window ${body.window}, up to ${body.lbts} ns`;
  return body.kind;
}
