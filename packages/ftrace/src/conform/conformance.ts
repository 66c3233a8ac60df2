/** Checks a trace against our functions, event by event: one pass, all rules. */
import { InodegcTrace } from '../inodegc-trace.ts';
import { JiffyClock } from '../jiffies.ts';
import type { KernelEvent, TraceGap, TraceSink } from '../kernel-event.ts';
import { InodegcShrinkerRules } from './inodegc-shrinker-rules.ts';
import { QueueRules } from './queue-rules.ts';
import { RetryRules } from './retry-rules.ts';
import type { RuleSet } from './rule.ts';
import { SlabRules } from './slab-rules.ts';
import type { Tally } from './tally.ts';
import { TimerRules } from './timer-rules.ts';
import { WorkerRules } from './worker-rules.ts';

export class Conformance implements TraceSink {
  readonly #rules: readonly RuleSet[] = [
    new SlabRules(),
    new WorkerRules(),
    new QueueRules(),
    new TimerRules(),
    new InodegcShrinkerRules(),
    new RetryRules(),
  ];
  readonly #queues = new InodegcTrace(this.#rules);
  readonly #clock = new JiffyClock();
  #finished = false;

  event(event: KernelEvent): void {
    this.#clock.event(event);
    for (const rule of this.#rules) rule.event?.(event);
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

  /** CONFIG_HZ, if the trace tells. */
  get hz(): number | undefined {
    return this.#clock.hz;
  }
}
