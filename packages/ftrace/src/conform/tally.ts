/** The account of one rule: how often it was checked, agreed with the kernel, or did not, and why. */
import type { KernelEvent } from '../kernel-event.ts';

export type Disagreement = { readonly line: number; readonly text: string };

/** A reason why the kernel's number is not ours, how often it was given, and the first line it was given for. */
export type Explanation = { readonly reason: string; readonly count: number; readonly line: number };

export class Tally {
  readonly name: string;
  /** What the rule says, in a sentence. */
  readonly about: string;
  /** Without these events, as `group:name`, it has nothing to check. */
  readonly needs: readonly string[];
  readonly disagreements: Disagreement[] = [];
  /** What had to be inferred from the trace. */
  readonly notes = new Set<string>();
  agreed = 0;
  explained = 0;
  readonly #reasons = new Map<string, { count: number; readonly line: number }>();

  constructor(name: string, about: string, needs: readonly string[]) {
    this.name = name;
    this.about = about;
    this.needs = needs;
  }

  get checked(): number {
    return this.agreed + this.explained + this.disagreements.length;
  }

  /** From the most frequent to the least. */
  get explanations(): readonly Explanation[] {
    return [...this.#reasons].map(([reason, given]) => ({ reason, ...given })).sort((a, b) => b.count - a.count);
  }

  agree(): void {
    this.agreed += 1;
  }

  explain({ line }: { readonly line: number }, reason: string): void {
    this.explained += 1;
    const given = this.#reasons.get(reason);
    if (given === undefined) this.#reasons.set(reason, { count: 1, line });
    else given.count += 1;
  }

  disagree({ line }: Pick<KernelEvent, 'line'>, text: string): void {
    this.disagreements.push({ line, text });
  }
}
