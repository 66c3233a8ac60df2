/** Checks a trace against our functions, event by event: one pass, all rules. */
import { InodegcTrace } from '../inodegc-trace.ts';
import { JiffyClock } from '../jiffies.ts';
import type { KernelEvent, TraceGap, TraceSink } from '../kernel-event.ts';
import { InodegcShrinkerRules } from './inodegc-shrinker-rules.ts';
import { QueueRules } from './queue-rules.ts';
import { RetryRules } from './retry-rules.ts';
import type { RuleSet } from './rule.ts';
import type { FoundKernel } from './kernel-finder.ts';
import type { Release } from './slab-kernel.ts';
import { SlabRules } from './slab-rules.ts';
import type { Tally } from './tally.ts';
import { TimerRules } from './timer-rules.ts';
import { WorkerRules } from './worker-rules.ts';

export class Conformance implements TraceSink {
  readonly #slab: SlabRules;
  readonly #rules: readonly RuleSet[];
  readonly #queues: InodegcTrace;
  readonly #clock = new JiffyClock();
  /** The names of all events so far. */
  readonly events = new Set<string>();
  #finished = false;

  /** `release`: the kernel that wrote the trace, if that is known. */
  constructor(release?: Release) {
    this.#slab = new SlabRules(release);
    this.#rules = [
      this.#slab,
      new WorkerRules(),
      new QueueRules(),
      new TimerRules(),
      new InodegcShrinkerRules(),
      new RetryRules(),
    ];
    this.#queues = new InodegcTrace(this.#rules);
  }

  event(event: KernelEvent): void {
    this.#clock.event(event);
    this.events.add(event.event);
    for (const rule of this.#rules) rule.event?.(event, this.#queues);
    this.#queues.event(event);
  }

  gap(gap: TraceGap): void {
    if (gap.kind === 'restart') this.#clock.restart();
    for (const rule of this.#rules) rule.gap?.(gap);
    this.#queues.gap(gap);
  }

  /** Returns the account of every rule; the trace is over. */
  finish(): readonly Tally[] {
    if (!this.#finished) for (const rule of this.#rules) rule.finish?.(this.#queues);
    this.#finished = true;
    return this.#rules.flatMap((rule) => rule.tallies);
  }

  writtenBy(release: string): void {
    this.#slab.header(release);
  }

  /** The kernel whose do_shrink_slab the trace was held to. */
  get foundKernel(): FoundKernel {
    return this.#slab.kernel;
  }

  /** CONFIG_HZ, if the trace tells. */
  get hz(): number | undefined {
    return this.#clock.hz;
  }
}

/** Returns the name of every rule, and what it says in a sentence. */
export function conformanceRules(): readonly Pick<Tally, 'name' | 'about'>[] {
  return new Conformance().finish();
}
