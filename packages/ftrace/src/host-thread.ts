/**
 * Whether the CPUs of a trace are virtual ones that share a thread of their host, as those of QEMU do with instruction
 * counting. Of two that run at a time one is active in the middle of a short step of the other, as often as around it;
 * of two that take turns never, but where a turn ends.
 */
import { MICROSECOND, MILLISECOND, type VirtualTime } from '@dragon/engine';
import type { KernelEvent, TraceSink } from './kernel-event.ts';

/** A step is what lies between two events of a CPU, if it is shorter than a turn. */
const STEP = 50 * MICROSECOND;
/** What the others do is counted for so long before. */
const AROUND = 2 * MILLISECOND;
/** With so few events to be expected in steps nothing can be said. */
const ENOUGH = 100;
/** So much of what is to be expected is too little for CPUs that run at a time, or enough for them. */
const APART = 0.2;
const TOGETHER = 0.5;

type Recent = { readonly at: VirtualTime; readonly cpu: number };

export class HostThreadFinder implements TraceSink {
  /** Events of the last time, from `#first` on, and how many of them each CPU has. */
  #recent: Recent[] = [];
  #first = 0;
  readonly #counts = new Map<number, number>();
  /** When each CPU was last active, and the events of all until then. */
  readonly #last = new Map<number, { readonly at: VirtualTime; readonly events: number }>();
  #events = 0;
  #inside = 0;
  #expected = 0;

  event({ at, cpu }: KernelEvent): void {
    this.#forget(at - AROUND);
    this.#events += 1;
    const last = this.#last.get(cpu);
    const own = this.#counts.get(cpu) ?? 0;
    if (last !== undefined && at > last.at && at - last.at <= STEP) {
      this.#inside += this.#events - last.events - 1;
      this.#expected += ((at - last.at) * (this.#recent.length - this.#first - own)) / AROUND;
    }
    this.#last.set(cpu, { at, events: this.#events });
    this.#recent.push({ at, cpu });
    this.#counts.set(cpu, own + 1);
  }

  gap(): void {
    this.#last.clear();
    this.#counts.clear();
    this.#recent = [];
    this.#first = 0;
  }

  /** Returns whether they share one; undefined if the trace does not tell. */
  result(): boolean | undefined {
    // Of one CPU there is nobody to share with.
    if (this.#expected < ENOUGH) return undefined;
    const share = this.#inside / this.#expected;
    if (share <= APART) return true;
    return share >= TOGETHER ? false : undefined;
  }

  #forget(before: VirtualTime): void {
    for (let old = this.#recent[this.#first]; old !== undefined && old.at < before; old = this.#recent[this.#first]) {
      this.#counts.set(old.cpu, (this.#counts.get(old.cpu) ?? 0) - 1);
      this.#first += 1;
    }
    if (this.#first <= this.#recent.length / 2) return;
    this.#recent = this.#recent.slice(this.#first);
    this.#first = 0;
  }
}
