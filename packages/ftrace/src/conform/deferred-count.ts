/**
 * The deferred count of one shrinker on one node: a chain of calls that take it and add to it. A call acts before it
 * says so, so on several CPUs the events may stand in another order than the effects; each says what it found and what
 * it left, and that tells the order. Linux 6.1 mm/vmscan.c xchg_nr_deferred, add_nr_deferred.
 */
import { MICROSECOND, MILLISECOND, type VirtualTime } from '@dragon/engine';
import { MID_RUN } from './rule.ts';

/**
 * What became of a step: it agrees, or not but for a reason, or `orGroups` only if there turn out to be several memory
 * cgroups, or not at all.
 */
type Verdict =
  | { readonly kind: 'agreed' | 'wrong' | 'orGroups' }
  | { readonly kind: 'explained'; readonly reason: string };

/** A call found `before` and left `after`, it says. */
export type Step = {
  readonly before: number;
  readonly after: number;
  readonly at: VirtualTime;
  readonly judge: (verdict: Verdict) => void;
};

export const GROUPS = 'each memory cgroup or node has a count of its own';
const RACE = 'two calls of the shrinker at once: their events are in another order than their effects';

/**
 * A step that nothing fits waits so long for one that came before it: its task may have been preempted before it could
 * tell.
 */
const PATIENCE = 20 * MILLISECOND;
/** Two CPUs that do something at once tell so within this. */
const MOMENT = 200 * MICROSECOND;
const RECENT = 64;
const MOST_WAITING = 2000;
const MOST_GROUPS = 4096;

/** So many steps must follow on another count than the last one before there are several. */
const SEVERAL = 3;

export class DeferredCount {
  readonly #perGroup: boolean;
  /** The counts, of which there is one unless there are memory cgroups; that of the last step first. */
  #counts: number[] = [];
  #waiting: Step[] = [];
  #placedAt: VirtualTime = -1;
  /** The last counts, newest last: a step that changed nothing may have come at any of them. */
  #recent: number[] = [];
  #switches = 0;

  constructor(perGroup: boolean) {
    this.#perGroup = perGroup;
  }

  /** Whether there turned out to be several counts. */
  get hasGroups(): boolean {
    return this.#switches >= SEVERAL;
  }

  add(step: Step): void {
    this.#expire(step.at);
    if (this.#counts.length === 0) {
      this.#counts = [step.after];
      step.judge({ kind: 'explained', reason: MID_RUN });
      return;
    }
    const index = this.#place(step);
    if (index < 0) {
      if (step.before === step.after && this.#recent.includes(step.after))
        step.judge({ kind: 'explained', reason: RACE });
      else this.#waiting.push(step);
      return;
    }
    step.judge(index === 0 ? { kind: 'agreed' } : { kind: 'explained', reason: GROUPS });
    this.#placeWaiting(RACE);
  }

  /** A call ended that began unseen; the count is `now`, it says. */
  seen(now: number): void {
    if (this.#perGroup) this.#counts.unshift(now);
    else this.#counts = [now];
  }

  /** The trace is over, or lacks events: what has waited only a moment may have been told after. */
  end(now: VirtualTime): void {
    this.#expire(now);
    for (const step of this.#waiting)
      step.judge(now - step.at > MOMENT ? { kind: 'wrong' } : { kind: 'explained', reason: MID_RUN });
    this.#waiting = [];
    this.#recent = [];
    this.#counts = [];
  }

  /** Returns where in `#counts` the step was placed, or -1. */
  #place({ before, after, at }: Step): number {
    const index = this.#perGroup ? this.#counts.indexOf(before) : this.#counts[0] === before ? 0 : -1;
    if (index < 0) return -1;
    this.#placedAt = Math.max(this.#placedAt, at);
    this.#recent.push(after);
    if (this.#recent.length > RECENT) this.#recent.shift();
    if (index > 0) {
      this.#switches += 1;
      this.#counts.splice(index, 1);
      this.#counts.unshift(after);
    } else this.#counts[0] = after;
    return index;
  }

  #placeWaiting(reason: string): void {
    for (let i = 0; i < this.#waiting.length; i += 1) {
      const step = this.#waiting[i];
      if (step === undefined || this.#place(step) < 0) continue;
      this.#waiting.splice(i, 1);
      step.judge({ kind: 'explained', reason });
      i = -1;
    }
  }

  #expire(now: VirtualTime): void {
    while (this.#waiting.length > 0) {
      const [oldest] = this.#waiting;
      if (oldest === undefined || (now - oldest.at <= PATIENCE && this.#waiting.length <= MOST_WAITING)) return;
      this.#waiting.shift();
      oldest.judge({ kind: this.#perGroup ? 'orGroups' : 'wrong' });
      if (this.#perGroup) {
        this.#counts.unshift(oldest.after);
        if (this.#counts.length > MOST_GROUPS) this.#counts.pop();
      } else if (this.#placedAt < oldest.at) this.#counts = [oldest.after];
      this.#placeWaiting(RACE);
    }
  }
}
