/** Calls of shrinkers that are under way, by task: reclaim inside a shrinker calls shrinkers again. */
import type { VirtualTime } from '@dragon/engine';
import type { GapMemory } from './gap-memory.ts';
import { numberOf, type RecordedEvent, textOf } from './kernel-event.ts';

/** A call that is over. `scanned` and `freed` are objects. */
export type ShrinkerCall = {
  readonly shrinker: string;
  /** NaN where the kernel does not print it (before 4.16). */
  readonly priority: number;
  readonly time: VirtualTime;
  readonly scanned: number;
  readonly freed: number;
  /** A call of the same shrinker, by the same task, is around it: its time is in that of the other. */
  readonly inner: boolean;
};

type Begun = {
  readonly shr: string;
  readonly shrinker: string;
  readonly priority: number;
  readonly total: number;
  readonly at: VirtualTime;
  readonly line: number;
  readonly cpu: number;
  readonly comm: string;
};

export class ShrinkerCalls {
  readonly #calls = new Map<number, Begun[]>();
  readonly #gaps: GapMemory;
  #lost = 0;

  constructor(gaps: GapMemory) {
    this.#gaps = gaps;
  }

  begin(event: RecordedEvent<'mm_shrink_slab_start'>): void {
    const calls = this.#calls.get(event.pid) ?? [];
    if (calls.length === 0) this.#calls.set(event.pid, calls);
    calls.push({
      shr: textOf(event, 'shr'),
      shrinker: textOf(event, 'shrink'),
      priority: numberOf(event, 'priority'),
      total: numberOf(event, 'totalScan'),
      at: event.at,
      line: event.line,
      cpu: event.cpu,
      comm: event.comm,
    });
  }

  /** Returns the call that is over, undefined if its beginning is missing, or may be that of another. */
  end(event: RecordedEvent<'mm_shrink_slab_end'>): ShrinkerCall | undefined {
    const calls = this.#calls.get(event.pid) ?? [];
    const shr = textOf(event, 'shr');
    const index = calls.findLastIndex((call) => call.shr === shr);
    const ended = index < 0 ? [] : calls.splice(index);
    if (calls.length === 0) this.#calls.delete(event.pid);
    const [call] = ended;
    this.#lost += Math.max(0, ended.length - 1);
    if (call === undefined || this.#gaps.hides(call.line, event.pid, call.cpu, event.cpu)) {
      this.#lost += 1;
      return undefined;
    }
    const { shrinker, priority, total, at } = call;
    return {
      shrinker,
      priority,
      time: event.at - at,
      scanned: total - numberOf(event, 'totalScan'),
      // SHRINK_STOP at once is no objects; the inodegc shrinker's LONG_MAX is printed as -1.
      freed: Math.max(0, numberOf(event, 'retval')),
      inner: calls.some((outer) => outer.shrinker === shrinker),
    };
  }

  /** Calls that have not ended, the outermost of each task. */
  *open(): Generator<{ readonly pid: number; readonly call: Begun }> {
    for (const [pid, [call]] of this.#calls)
      if (call !== undefined && !this.#gaps.hides(call.line, pid, call.cpu, call.cpu)) yield { pid, call };
  }

  /** How many were seen to begin or to end, and not both. */
  get leftOut(): number {
    let open = 0;
    for (const calls of this.#calls.values()) open += calls.length;
    return this.#lost + open;
  }
}
