/**
 * What the page asks of agents beside their record: what nothing in the run can make them do, and what one of them
 * remembers. It is of the run that is shown, and forgotten when another one is.
 */
import type { AgentId, Json, RuledOut } from '@dragon/engine';
import { ruledOutEdges, type RuledOutEdges, type RunRecord } from '@dragon/inspection';
import { signal } from '@preact/signals';
import type { Ask, PageRun } from './worker-protocol.ts';

/** The context of an agent after the event of a row; -1: at the start. */
export interface AgentContext {
  readonly agent: AgentId;
  readonly row: number;
  readonly context: Json;
}

const NOTHING: RuledOutEdges = new Map();

export class AskedFacts {
  /** The context that was told last. */
  readonly context = signal<AgentContext | undefined>(undefined);
  readonly #ruledOut = signal<ReadonlyMap<AgentId, RuledOutEdges>>(new Map());
  readonly #asked = new Set<AgentId>();
  readonly #ask: (question: Ask) => void;
  #run: PageRun = 'main';
  #record: RunRecord | undefined;

  constructor(ask: (question: Ask) => void) {
    this.#ask = ask;
  }

  /** From now on this is the run that is shown. */
  show(run: PageRun, record: RunRecord | undefined): void {
    this.#run = run;
    this.#record = record;
    this.#asked.clear();
    this.#ruledOut.value = new Map();
    this.context.value = undefined;
  }

  /** Returns what nothing in the run can make an agent do; nothing until the answer is there. */
  ruledOutFor(agent: AgentId): RuledOutEdges {
    const known = this.#ruledOut.value.get(agent);
    if (known !== undefined) return known;
    if (!this.#asked.has(agent)) {
      this.#asked.add(agent);
      this.#ask({ kind: 'ruled-out', run: this.#run, agent });
    }
    return NOTHING;
  }

  takeRuledOut(run: PageRun, agent: AgentId, ruledOut: readonly RuledOut[]): void {
    const record = this.#record;
    const index = record?.chartOf(record.agents[record.placeOf(agent)]?.kind ?? '');
    if (run !== this.#run || index === undefined) return;
    this.#ruledOut.value = new Map(this.#ruledOut.value).set(agent, ruledOutEdges(index, ruledOut));
  }

  wantContext(agent: AgentId, row: number): void {
    this.#ask({ kind: 'context', run: this.#run, agent, row });
  }

  takeContext(run: PageRun, context: AgentContext): void {
    if (run === this.#run) this.context.value = context;
  }
}
