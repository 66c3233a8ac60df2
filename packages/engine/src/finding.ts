/** Findings, what looks for them, and the end of a run, which they decide: in one process and in forty alike. */
import type { Json } from './event.ts';
import type { FactsChange } from './facts.ts';
import type { Plan } from './plan.ts';
import type { TraceHit } from './observer.ts';
import type { VirtualTime } from './time.ts';

/**
 * - `deadlock`: a cycle of waits. `oom`: a task was killed for its memory. `stall`: a task hung without a cycle.
 * - `property`: something that should always hold did not.
 */
export type FindingKind = 'deadlock' | 'oom' | 'stall' | 'property';

/** Something that a run showed, as data. */
export interface Finding {
  readonly kind: FindingKind;
  /** From when on it stands; what only the end of a run shows may stand from before. */
  readonly at: VirtualTime;
  /** What a report needs of it; its form belongs to the finder. */
  readonly evidence: Json;
}

/**
 * Looks for one kind of trouble while a run goes on. It is told of an instant as a whole: all changes of facts and hits
 * at that instant, then `check`. Within an instant the order between agents is unspecified.
 */
export interface Finder {
  /** Whether its findings end the run, if the plan says `stopOnFinding`. */
  readonly ends: boolean;
  /** The tracepoints that it wants to be told of; others never reach it. */
  readonly tracepoints?: readonly string[] | undefined;
  facts?(change: FactsChange): void;
  hit?(hit: TraceHit): void;
  /** Returns what has come to light at this instant. */
  check?(at: VirtualTime): readonly Finding[];
  /** Returns what is to be said at the end of the run. */
  over?(end: VirtualTime): readonly Finding[];
  /** Returns all that it keeps from one instant to the next. A finder without it keeps nothing. */
  save?(): Json;
  /** Makes a new finder one that was saved. */
  restore?(saved: Json): void;
}

/** The end of a run as far as it is known, as data. */
export interface SavedRunEnd {
  readonly at: VirtualTime;
  readonly foundAt: VirtualTime | null;
  readonly findings: readonly Finding[];
  readonly pending: readonly (FactsChange | TraceHit)[];
  /** In the order of the finders. */
  readonly finders: readonly Json[];
}

/** Returns the tracepoints that any of the finders wants. */
export function wantedTracepoints(finders: readonly Finder[]): ReadonlySet<string> {
  return new Set(finders.flatMap(({ tracepoints = [] }) => tracepoints));
}

/**
 * Feeds finders in virtual time, and says when the run ends: at `plan.until`, or the grace after the first finding that
 * ends it. Both drivers use it, so that they end at the same instant.
 */
export class RunEnd {
  readonly #plan: Pick<Plan, 'until' | 'grace' | 'stopOnFinding'>;
  readonly #finders: readonly Finder[];
  readonly #findings: Finding[] = [];
  #pending: (FactsChange | TraceHit)[] = [];
  /** Whether what is pending is in the order of time, as the news of one engine are; and the instant of the last. */
  #inOrder = true;
  #newest: VirtualTime = 0;
  #at: VirtualTime;
  #foundAt: VirtualTime | undefined;
  #isOver = false;

  constructor(plan: Pick<Plan, 'until' | 'grace' | 'stopOnFinding'>, finders: readonly Finder[]) {
    this.#plan = plan;
    this.#finders = finders;
    this.#at = plan.until;
  }

  /** The end as far as it is known: no event at it or after it belongs to the run. */
  get at(): VirtualTime {
    return this.#at;
  }

  /** All findings so far, in the order in which they were found. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** The instant of the first finding of those that end a run, whether this plan lets them or not. */
  get foundAt(): VirtualTime | undefined {
    return this.#foundAt;
  }

  save(): SavedRunEnd {
    return {
      at: this.#at,
      foundAt: this.#foundAt ?? null,
      findings: [...this.#findings],
      pending: [...this.#pending],
      finders: this.#finders.map((finder) => finder.save?.() ?? null),
    };
  }

  /** Makes a new end, of new finders of the same kinds, one that was saved before it was over. */
  restore({ at, foundAt, findings, pending, finders }: SavedRunEnd): void {
    if (finders.length !== this.#finders.length)
      throw new Error(`${finders.length} finders were saved, but there are ${this.#finders.length}`);
    this.#at = at;
    this.#foundAt = foundAt ?? undefined;
    this.#findings.push(...findings);
    for (const news of pending) this.add(news);
    for (const [index, finder] of this.#finders.entries()) finder.restore?.(finders[index] ?? null);
  }

  add(news: FactsChange | TraceHit): void {
    this.#inOrder &&= news.at >= this.#newest;
    this.#newest = news.at;
    this.#pending.push(news);
  }

  /**
   * Tells the finders all that is pending from before `before`, instant by instant. May only be called when nothing
   * earlier than `before` can come any more.
   */
  settle(before: VirtualTime): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    // A stable sort keeps each agent's own news in their order.
    if (!this.#inOrder) pending.sort((x, y) => x.at - y.at);
    let next = 0;
    while (next < pending.length) {
      const at = pending[next]?.at ?? before;
      if (at >= before) break;
      for (let news = pending[next]; news?.at === at; news = pending[next]) {
        this.#tell(news);
        next += 1;
      }
      for (const finder of this.#finders) this.#note(finder, finder.check?.(at) ?? []);
    }
    this.#pending = next === pending.length ? [] : pending.slice(next);
    this.#inOrder = true;
    this.#newest = this.#pending.at(-1)?.at ?? 0;
  }

  /** The run is over: everything that is pending is told, then the finders are asked for the last time. */
  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.settle(Number.POSITIVE_INFINITY);
    for (const finder of this.#finders) this.#note(finder, finder.over?.(this.#at) ?? []);
  }

  #tell(news: FactsChange | TraceHit): void {
    for (const finder of this.#finders) {
      if ('facts' in news) finder.facts?.(news);
      else if (finder.tracepoints?.includes(news.event)) finder.hit?.(news);
    }
  }

  #note(finder: Finder, found: readonly Finding[]): void {
    const [first] = found;
    if (first === undefined) return;
    this.#findings.push(...found);
    if (!finder.ends || this.#foundAt !== undefined) return;
    this.#foundAt = first.at;
    if (this.#plan.stopOnFinding) this.#at = Math.min(this.#at, first.at + this.#plan.grace);
  }
}
