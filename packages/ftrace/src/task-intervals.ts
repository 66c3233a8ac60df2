/** Intervals of tasks, from one event to another: how long each took, and how many could not be measured. */
import type { VirtualTime } from '@dragon/engine';
import type { GapMemory } from './gap-memory.ts';
import type { KernelEvent } from './kernel-event.ts';

type Begun = Pick<KernelEvent, 'at' | 'line' | 'cpu' | 'comm'>;

export class TaskIntervals {
  readonly #begun = new Map<number, Begun>();
  readonly #gaps: GapMemory;
  #lost = 0;

  constructor(gaps: GapMemory) {
    this.#gaps = gaps;
  }

  begin({ at, line, cpu, comm, pid }: KernelEvent): void {
    if (this.#begun.has(pid)) this.#lost += 1;
    this.#begun.set(pid, { at, line, cpu, comm });
  }

  /** Returns how long it took; undefined if its beginning, or something in it, may be missing. */
  end({ at, cpu, pid }: KernelEvent): VirtualTime | undefined {
    const begun = this.#begun.get(pid);
    this.#begun.delete(pid);
    if (begun !== undefined && !this.#gaps.hides(begun.line, pid, begun.cpu, cpu)) return at - begun.at;
    this.#lost += 1;
    return undefined;
  }

  has(pid: number): boolean {
    return this.#begun.has(pid);
  }

  /** Those that have not ended. */
  *open(): Generator<Begun & { readonly pid: number }> {
    for (const [pid, begun] of this.#begun) yield { ...begun, pid };
  }

  /** How many were seen to begin or to end and could not be measured. */
  get leftOut(): number {
    return this.#lost + this.#begun.size;
  }
}
