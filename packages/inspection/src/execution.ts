/**
 * The execution of a plan for a record: the same run as anywhere else, in slices, whose rows, facts and findings come
 * out in chunks. All agents come with it, so whoever only reads a record does not load it.
 */
import { LocalRun, type Plan, type RunResult, type VirtualTime } from '@dragon/engine';
import {
  howItCameAbout,
  type KernelFinders,
  outcomeOf,
  type ReportNames,
  kernelFinders,
  reportNames,
  type ToldStep,
  type TraceSubject,
} from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { chartsOf } from './agent-charts.ts';
import { ChunkWriter } from './chunk-writer.ts';
import type { RecordChunk, RecordOpening } from './record-chunk.ts';
import { StoryTeller } from './story-teller.ts';

/** The tracepoint of a kill. */
const KILLS: ReadonlySet<string> = new Set(['mark_victim']);

export class Execution {
  readonly opening: RecordOpening;
  readonly #run: LocalRun;
  readonly #writer: ChunkWriter;
  readonly #finders: KernelFinders;
  readonly #names: ReportNames;
  readonly #stories: StoryTeller;
  #found = 0;
  #hasSteps = false;
  #isOver = false;

  /** `command`, `fork`: what was asked for, and from which run it forks off, as a trace's header says it. */
  constructor(plan: Plan, heading: string, command: TraceSubject['command'] = {}, fork?: TraceSubject['fork']) {
    this.#writer = new ChunkWriter(plan);
    this.#finders = kernelFinders();
    this.#names = reportNames(plan);
    this.#stories = new StoryTeller(this.#names);
    const starts = new Map<string, string>();
    let hasStarted = false;
    const run = new LocalRun(plan, DEFINITIONS, {
      finders: this.#finders.finders,
      onCensus: (sample) => this.#writer.census(sample),
      onVerdict: (verdict) => this.#writer.verdict(verdict),
      observers: [
        this.#writer,
        { see: ({ agent, state }) => void (hasStarted || starts.set(agent, state)) },
        { tracepoints: KILLS, hit: ({ at }) => this.#sampleAll(at) },
      ],
    });
    hasStarted = true;
    this.#run = run;
    this.opening = {
      plan,
      heading,
      command,
      fork,
      starts: plan.agents.map(({ id }) => starts.get(id) ?? ''),
      charts: chartsOf(plan, DEFINITIONS),
    };
  }

  /** Events processed so far. */
  get events(): number {
    return this.#run.engine.processed;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The digest of the events processed so far. */
  get digest(): string {
    return this.#run.result().digest;
  }

  /** Processes at most so many events, none at `before` or after it; returns what they left. */
  advance(most: number, before: VirtualTime = Number.POSITIVE_INFINITY): RecordChunk {
    this.#isOver = most > 0 && !this.#run.advance(most, before);
    const result = this.#run.result();
    const known = {
      findings: result.findings.slice(this.#found),
      stories: this.#stories.changed({ ...this.#finders, result }),
      steps: this.#newSteps(result),
    };
    this.#found = result.findings.length;
    if (!this.#isOver) return this.#writer.take({ ...known, edge: Math.min(this.#run.engine.nextAt(), before) });
    const { endedAt, digest } = result;
    return this.#writer.take({ ...known, edge: endedAt, end: { outcome: outcomeOf(result), digest, endedAt } });
  }

  /** A kill is told with the numbers of its instant, which is between two of the census. */
  #sampleAll(at: VirtualTime): void {
    const { engine } = this.#run;
    for (const { id, kind } of this.opening.plan.agents) {
      const definition = DEFINITIONS.get(kind);
      if (definition?.census === undefined) continue;
      this.#writer.census({ at, agent: id, numbers: definition.census(definition.restore(engine.inspect(id))) });
    }
  }

  /** Returns how the deadlock came about, once. */
  #newSteps({ history }: RunResult): readonly ToldStep[] | undefined {
    const { deadlock } = this.#finders.graph;
    if (deadlock === undefined || this.#hasSteps) return undefined;
    this.#hasSteps = true;
    return howItCameAbout(deadlock, history, this.opening.plan, this.#names);
  }
}
