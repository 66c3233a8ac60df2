/** A run in one process: the reference that every federation must match, digest for digest. */
import { combineDigests } from './digest.ts';
import { type Definitions, Engine } from './engine.ts';
import { type Finder, FindingWatch } from './finding.ts';
import type { LogLine, TraceHit } from './outlets.ts';
import type { Plan } from './plan.ts';
import type { Row } from './row.ts';
import { NEVER, type VirtualTime } from './time.ts';
import { validatePlan } from './validate-plan.ts';

/** What a run leaves, wherever its agents were placed. */
export interface RunResult {
  /** Where the run ended: `plan.until`, or the grace after a finding. */
  readonly endedAt: VirtualTime;
  readonly foundAt: VirtualTime | undefined;
  readonly events: number;
  readonly digest: string;
  /** Every event processed before the end, no more and no fewer, is in `events` and `digest`. */
  readonly log: readonly LogLine[];
  /** Returns the last rows of an agent. */
  readonly history: (agent: string) => readonly Row[];
}

export interface RunOptions {
  readonly finder: Finder;
  /** Called with every row in the order of the trace. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Called with every tracepoint that an agent hit. */
  readonly onTrace?: ((hit: TraceHit) => void) | undefined;
}

/** A run that the caller advances in slices, so that it can draw a progress line or stop in between. */
export class LocalRun {
  readonly engine: Engine;
  readonly #plan: Plan;
  readonly #watch: FindingWatch;
  readonly #log: LogLine[] = [];
  #end: VirtualTime;

  constructor(plan: Plan, definitions: Definitions, options: RunOptions) {
    validatePlan(plan);
    this.#plan = plan;
    this.#end = plan.until;
    this.#watch = new FindingWatch(options.finder);
    this.engine = new Engine(plan, definitions, {
      ...(options.onRow ? { row: options.onRow } : {}),
      ...(options.onTrace ? { trace: options.onTrace } : {}),
      facts: (change) => this.#watch.add(change),
      log: (line) => this.#log.push(line),
    });
  }

  /** Processes up to `most` events. Returns false when the run is over. */
  advance(most: number): boolean {
    for (let count = 0; count < most; count += 1) {
      // Everything before the next event has happened, so every change before it is known.
      this.#settle(Math.min(this.engine.nextAt(), this.#end));
      if (this.engine.run(this.#end, 1) === 0) {
        this.#settle(NEVER);
        return false;
      }
    }
    return true;
  }

  result(): RunResult {
    return {
      endedAt: this.#end,
      foundAt: this.#watch.foundAt,
      events: this.engine.processed,
      digest: combineDigests(this.engine.digests()),
      log: this.#log,
      history: (agent) => this.engine.history(agent),
    };
  }

  #settle(before: VirtualTime): void {
    this.#watch.settle(before);
    if (this.#watch.foundAt !== undefined && this.#plan.stopOnFinding)
      this.#end = Math.min(this.#end, this.#watch.foundAt + this.#plan.grace);
  }
}

/** Runs a plan to its end in this process. */
export function runPlan(plan: Plan, definitions: Definitions, options: RunOptions): RunResult {
  const run = new LocalRun(plan, definitions, options);
  while (run.advance(Number.MAX_SAFE_INTEGER));
  return run.result();
}
