/** A run in one process: the reference that every federation must match, digest for digest. */
import { CENSUS_PERIOD, CensusSampler, type CensusSample } from './census-sampler.ts';
import { combineDigests } from './digest.ts';
import { Engine } from './engine.ts';
import type { Definitions } from './engine-options.ts';
import type { AgentId } from './event.ts';
import type { FactsChange } from './facts.ts';
import { type Finder, type Finding, RunEnd, wantedTracepoints } from './finding.ts';
import { History } from './history.ts';
import type { LogLine, Observer, TraceHit } from './observer.ts';
import type { Plan } from './plan.ts';
import type { Row } from './row.ts';
import type { VirtualTime } from './time.ts';
import { type ToldVerdict, toldVerdict, VERDICT } from './told-verdict.ts';
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
  /** Called with every change of facts. */
  readonly onFacts?: ((change: FactsChange) => void) | undefined;
  /** Called with the census, at the instants of a grid: see `CensusSampler`. */
  readonly onCensus?: ((sample: CensusSample) => void) | undefined;
  /** Called with every verdict of the plan's rules, before the rows of a later instant. */
  readonly onVerdict?: ((verdict: ToldVerdict) => void) | undefined;
  readonly observers?: readonly Observer[] | undefined;
}

/** A run that the caller advances in slices, so that it can draw a progress line or stop in between. */
export class LocalRun {
  readonly engine: Engine;
  readonly #plan: Plan;
  readonly #definitions: Definitions;
  readonly #end: RunEnd;
  readonly #census: CensusSampler | undefined;
  readonly #log: LogLine[] = [];

  constructor(plan: Plan, definitions: Definitions, options: RunOptions) {
    validatePlan(plan);
    const { finders, onRow, onTrace, onFacts, onCensus, onVerdict, observers = [] } = options;
    this.#plan = plan;
    this.#definitions = definitions;
    this.#end = new RunEnd(plan, finders);
    const outlets: Observer = {
      ...(onRow && { row: onRow }),
      ...(onTrace && { hit: onTrace }),
      ...(onFacts && { facts: onFacts }),
      log: (line) => void this.#log.push(line),
    };
    let engine: Engine | undefined;
    const news = newsObserver(finders, (each) => {
      this.#end.add(each);
      // It may end the run, so look at it as soon as its instant is over. While agents start, nothing runs yet.
      engine?.pauseBefore(each.at + 1);
    });
    this.#census = onCensus && new CensusSampler(CENSUS_PERIOD, onCensus);
    const all = [
      outlets,
      news,
      ...(this.#census ? [this.#census] : []),
      ...(onVerdict ? [verdictObserver(onVerdict)] : []),
      ...observers,
    ];
    this.engine = engine = new Engine({ plan, definitions, observers: all });
  }

  /**
   * Processes up to `most` events, all of them before `before`. Returns false when the run is over, for which it has to
   * be let go on to its end.
   */
  advance(most: number, before: VirtualTime = Number.POSITIVE_INFINITY): boolean {
    let left = most;
    while (left > 0) {
      this.#settle();
      const count = this.engine.run(Math.min(this.#end.at, before), left);
      left -= count;
      if (count > 0) continue;
      if (before < this.#end.at) return true;
      this.#census?.advance(this.#end.at);
      this.#end.finish();
      return false;
    }
    return true;
  }

  /** Returns what the run has left so far; of one that goes on, all that is known before its next event. */
  result(): RunResult {
    this.#settle();
    const events = this.engine.processed;
    let history: History | undefined;
    return {
      endedAt: this.#end.at,
      foundAt: this.#end.foundAt,
      findings: this.#end.findings,
      events,
      digest: combineDigests(this.engine.digests()),
      log: this.#log,
      history: (agent) => (history ??= replayedHistory(this.#plan, this.#definitions, events)).rows(agent),
    };
  }

  /** Everything before the next event has happened, so all news from before it are there. */
  #settle(): void {
    this.#end.settle(Math.min(this.engine.nextAt(), this.#end.at));
  }
}

/** Returns the observer of verdicts. */
function verdictObserver(tell: (verdict: ToldVerdict) => void): Observer {
  const hit = (each: TraceHit): void => {
    const verdict = toldVerdict(each);
    if (verdict !== undefined) tell(verdict);
  };
  return { tracepoints: new Set([VERDICT]), hit };
}

/** Returns the observer of what finders want to know. */
function newsObserver(finders: readonly Finder[], tell: (news: FactsChange | TraceHit) => void): Observer {
  const tracepoints = wantedTracepoints(finders);
  const wantFacts = finders.some((finder) => finder.facts !== undefined);
  return { tracepoints, ...(tracepoints.size > 0 && { hit: tell }), ...(wantFacts && { facts: tell }) };
}

/**
 * Returns the last rows of the agents of a run after so many events. A run is a pure function of its plan, so nobody
 * keeps them while it goes on: it is made again for who asks.
 */
function replayedHistory(plan: Plan, definitions: Definitions, events: number): History {
  const history = new History();
  new Engine({ plan, definitions, observers: [history] }).run(Number.POSITIVE_INFINITY, events);
  return history;
}

/** Runs a plan to its end in this process. */
export function runPlan(plan: Plan, definitions: Definitions, options: RunOptions): RunResult {
  const run = new LocalRun(plan, definitions, options);
  while (run.advance(Number.MAX_SAFE_INTEGER));
  return run.result();
}
