/**
 * The deferred count of one shrinker on one node: a chain of calls that take it and add to it. A call acts before it
 * says so, so on several CPUs the events may stand in another order than the effects; each says what it found and what
 * it left, and that tells the order. Linux 6.1 mm/vmscan.c xchg_nr_deferred, add_nr_deferred.
 */
import { MICROSECOND, MILLISECOND, type VirtualTime } from '@dragon/engine';
import { MID_RUN } from './rule.ts';

/**
 * What became of a step: it agrees, or not but for a reason, or it is wrong. `otherCount`: wrong if there is one count,
 * right if each memory cgroup has its own, and which it is shows at the end.
 */
type Verdict =
  | { readonly kind: 'agreed' | 'wrong' | 'otherCount' }
  | { readonly kind: 'explained'; readonly reason: string };

/** A call found `before` and left `after`, it says: at its start, when it takes all, or at its end. */
export type Step = {
  readonly kind: 'start' | 'end';
  readonly before: number;
  readonly after: number;
  readonly at: VirtualTime;
  /** The call, which is the same object at its start and at its end. */
  readonly call: object;
  /** Whether no other call was under way since this one took the count: then nobody added to it. */
  readonly alone: boolean;
  readonly judge: (verdict: Verdict) => void;
};

/** `order`: the how manyth step it is. `leftBefore`: a call had left what it took. */
type Told = Step & { readonly order: number; readonly leftBefore: boolean };

export const GROUPS = 'each memory cgroup has a count of its own, and this kernel does not say which one it is';
const RACE = 'two calls of the shrinker at once: their events are in another order than their effects';

/**
 * A step that nothing fits waits so long for one that came before it: its task may have been preempted before it could
 * tell.
 */
const PATIENCE = 20 * MILLISECOND;
/** Two CPUs that do something at once tell so within this. */
const MOMENT = 200 * MICROSECOND;
/** So many steps in a row that follow from each other, but not from the one before them, show that it is wrong. */
const RUN = 6;
const MOST_WAITING = 2000;
const MOST_LEFT = 4096;

/** So many starts must take what another call than the last one left before there are several counts. */
const SEVERAL = 3;
/** Or so large a share of the starts must take what one count cannot have been. */
const MOST_WRONG = 1 / 8;

export class DeferredCount {
  readonly #mayBeSeveral: boolean;
  #now: number | undefined;
  #waiting: Told[] = [];
  #steps = 0;
  /** The last step in the chain. */
  #placed = 0;
  /** What calls left and none has taken since. */
  readonly #left = new Map<number, number>();
  #starts = 0;
  /** Starts that do not fit one count: those that took what an earlier call left, what none did, and nothing. */
  #taken = 0;
  #stray = 0;
  #empty = 0;

  /** `mayBeSeveral`: the shrinker keeps a count for each memory cgroup, and the trace does not tell them apart. */
  constructor(mayBeSeveral: boolean) {
    this.#mayBeSeveral = mayBeSeveral;
  }

  /** Whether there turned out to be several counts: one alone cannot have been all that calls took. */
  get isSeveral(): boolean {
    if (!this.#mayBeSeveral) return false;
    if (this.#taken >= SEVERAL && this.#taken >= this.#stray) return true;
    return this.#taken + this.#stray + this.#empty > this.#starts * MOST_WRONG;
  }

  add(step: Step): void {
    this.#expire(step.at);
    this.#steps += 1;
    const leftBefore = step.kind === 'start' && this.#take(step.before);
    const told = { ...step, order: this.#steps, leftBefore };
    if (step.kind === 'end') this.#leave(step.after);
    if (step.kind === 'start') this.#starts += 1;
    if (this.#now === undefined) {
      this.#now = step.after;
      step.judge({ kind: 'explained', reason: MID_RUN });
    } else if (this.#isFirst(step, this.#waiting.length) && this.#place(told)) {
      step.judge({ kind: 'agreed' });
      this.#placeWaiting(false);
    } else {
      this.#waiting.push(told);
      this.#followRun();
    }
  }

  /** A call ended that began unseen; the count is `now`, it says. */
  seen(now: number): void {
    this.#leave(now);
    this.#now = now;
  }

  /** The trace is over, or lacks events: what has waited only a moment may have been told after. */
  end(now: VirtualTime): void {
    this.#expire(now);
    for (let oldest = this.#waiting.shift(); oldest !== undefined; oldest = this.#waiting.shift()) {
      if (now - oldest.at > MOMENT) this.#misfits(oldest);
      else oldest.judge({ kind: 'explained', reason: MID_RUN });
      this.#goOnAfter(oldest);
    }
    this.#left.clear();
    this.#now = undefined;
  }

  #place({ before, after, order }: Told): boolean {
    if (this.#now !== before) return false;
    this.#placed = Math.max(this.#placed, order);
    this.#now = after;
    return true;
  }

  /** `inOrder`: those that wait follow a step that was wrong, not one that was told late. */
  #placeWaiting(inOrder: boolean): void {
    let next = inOrder;
    for (let i = 0; i < this.#waiting.length; i += 1) {
      const step = this.#waiting[i];
      if (step === undefined || !this.#isFirst(step, i) || !this.#place(step)) {
        next = false;
        continue;
      }
      this.#waiting.splice(i, 1);
      step.judge(next ? { kind: 'agreed' } : { kind: 'explained', reason: RACE });
      i = -1;
      next = inOrder;
    }
  }

  /** Goes on with those that follow from each other: whoever waits before them is wrong, not late. */
  #followRun(): void {
    const [oldest, first] = this.#waiting;
    if (oldest === undefined || first === undefined || this.#waiting.length <= RUN) return;
    if (oldest.after === first.before) return;
    for (let i = 2; i <= RUN; i += 1) if (this.#waiting[i]?.before !== this.#waiting[i - 1]?.after) return;
    this.#waiting.shift();
    this.#misfits(oldest);
    this.#now = first.before;
    this.#placeWaiting(true);
  }

  #expire(now: VirtualTime): void {
    while (this.#waiting.length > 0) {
      const [oldest] = this.#waiting;
      if (oldest === undefined || (now - oldest.at <= PATIENCE && this.#waiting.length <= MOST_WAITING)) return;
      this.#waiting.shift();
      this.#misfits(oldest);
      this.#goOnAfter(oldest);
    }
  }

  /** Whether none of the first `count` that wait is of the same call: its start comes before its end. */
  #isFirst({ kind, call }: Step, count: number): boolean {
    if (kind === 'start') return true;
    for (let i = 0; i < count; i += 1) if (this.#waiting[i]?.call === call) return false;
    return true;
  }

  /** The count is what the step says that it left, unless others have gone on from what it was. */
  #goOnAfter({ order, after }: Told): void {
    if (this.#placed < order) this.#now = after;
    this.#placeWaiting(true);
  }

  #misfits(step: Told): void {
    if (step.kind === 'start') {
      if (step.before === 0) this.#empty += 1;
      else if (step.leftBefore) this.#taken += 1;
      else this.#stray += 1;
    }
    // Of whichever count, a call adds to what it left, which is nothing, unless another one added meanwhile.
    const fitsAnother = this.#mayBeSeveral && (step.kind === 'start' || step.before === 0 || !step.alone);
    step.judge({ kind: fitsAnother ? 'otherCount' : 'wrong' });
  }

  #leave(count: number): void {
    if (!this.#mayBeSeveral || count === 0) return;
    this.#left.set(count, (this.#left.get(count) ?? 0) + 1);
    if (this.#left.size <= MOST_LEFT) return;
    const oldest = this.#left.keys().next();
    if (!oldest.done) this.#left.delete(oldest.value);
  }

  /** Whether a call had left it; of nothing, there is always some. */
  #take(count: number): boolean {
    if (count === 0) return true;
    const times = this.#left.get(count) ?? 0;
    if (times > 1) this.#left.set(count, times - 1);
    else this.#left.delete(count);
    return times > 0;
  }
}
