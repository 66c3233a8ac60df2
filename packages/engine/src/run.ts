/** A run in one process: the reference that every federation must match, digest for digest. */
import { combineDigests } from './digest.ts';
import { type Definitions, Engine } from './engine.ts';
import type { AgentId } from './event.ts';
import { type Finder, type Finding, RunEnd, wantedTracepoints } from './finding.ts';
import { History } from './history.ts';
import type { Observer } from './observer.ts';
import type { Plan } from './plan.ts';
import { factsReader, hitReader, type LogLine, logReader, rowReader, type TraceHit } from './readers.ts';
import type { Row } from './row.ts';
import type { VirtualTime } from './time.ts';
import { validatePlan } from './validate-plan.ts';

/** What a run leaves, wherever its agents were placed. */
export interface RunResult {
  /** Where the run ended: `plan.until`, or the grace after a finding that ends it. */
  readonly endedAt: VirtualTime;
  /** The instant of the first finding that ends a run. */
  readonly foundAt: VirtualTime | undefined;
  readonly findings: readonly Finding[];
  readonly events: number;
  readonly digest: string;
  /** Every event processed before the end, no more and no fewer, is in `events` and `digest`. */
  readonly log: readonly LogLine[];
  /** Returns the last rows of an agent. */
  readonly history: (agent: AgentId) => readonly Row[];
}

export interface RunOptions {
  readonly finders: readonly Finder[];
  /** Called with every row in the order of the trace. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Called with every tracepoint that an agent hit. */
  readonly onTrace?: ((hit: TraceHit) => void) | undefined;
  readonly observers?: readonly Observer[] | undefined;
}

/** A run that the caller advances in slices, so that it can draw a progress line or stop in between. */
export class LocalRun {
  readonly engine: Engine;
  readonly #end: RunEnd;
  readonly #history = new History();
  readonly #log: LogLine[] = [];

  constructor(plan: Plan, definitions: Definitions, { finders, onRow, onTrace, observers = [] }: RunOptions) {
    validatePlan(plan);
    this.#end = new RunEnd(plan, finders);
    const wanted = wantedTracepoints(finders);
    this.engine = new Engine({
      plan,
      definitions,
      observers: [
        ...(onRow ? [rowReader(onRow)] : []),
        this.#history,
        logReader((line) => this.#log.push(line)),
        ...(onTrace ? [hitReader(onTrace)] : []),
        ...(wanted.size > 0 ? [hitReader((hit) => this.#end.add(hit), wanted)] : []),
        factsReader((change) => this.#end.add(change)),
        ...observers,
      ],
    });
  }

  /** Processes up to `most` events. Returns false when the run is over. */
  advance(most: number): boolean {
    for (let count = 0; count < most; count += 1) {
      this.#settle();
      if (this.engine.run(this.#end.at, 1) === 0) {
        this.#end.finish();
        return false;
      }
    }
    return true;
  }

  /** Returns what the run has left so far; of one that goes on, all that is known before its next event. */
  result(): RunResult {
    this.#settle();
    return {
      endedAt: this.#end.at,
      foundAt: this.#end.foundAt,
      findings: this.#end.findings,
      events: this.engine.processed,
      digest: combineDigests(this.engine.digests()),
      log: this.#log,
      history: (agent) => this.#history.rows(agent),
    };
  }

  /** Everything before the next event has happened, so all news from before it are there. */
  #settle(): void {
    this.#end.settle(Math.min(this.engine.nextAt(), this.#end.at));
  }
}

/** Runs a plan to its end in this process. */
export function runPlan(plan: Plan, definitions: Definitions, options: RunOptions): RunResult {
  const run = new LocalRun(plan, definitions, options);
  while (run.advance(Number.MAX_SAFE_INTEGER));
  return run.result();
}
