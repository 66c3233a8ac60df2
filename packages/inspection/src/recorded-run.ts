/**
 * A recorded run as chunks of a record: what its trace says, with the findings found in its waits and locks again.
 * Nothing of it is executed.
 */
import { type AgentId, type Definitions, type Finding, type Plan, RunEnd, type VirtualTime } from '@dragon/engine';
import {
  CensusDecoder,
  kernelFinders,
  outcomeOf,
  reportNames,
  type Story,
  type TraceFooter,
  type TraceRecords,
  type TraceSubject,
} from '@dragon/report';
import { chartsOf } from './agent-charts.ts';
import { ChunkNames } from './chunk-names.ts';
import type { RecordChunk, RecordOpening } from './record-chunk.ts';
import { SaidFacts } from './said-facts.ts';
import { StoryTeller } from './story-teller.ts';

const NO_ROWS: TraceRecords = {
  rows: {
    agents: [],
    indexes: [],
    states: [],
    shapes: [],
    values: [],
    at: [],
    to: [],
    from: [],
    seq: [],
    state: [],
    shape: [],
  },
  facts: [],
  census: [],
  verdicts: [],
};

export class RecordedRun {
  readonly opening: RecordOpening;
  readonly #places: ReadonlyMap<AgentId, number>;
  readonly #kinds: readonly string[];
  readonly #names = new ChunkNames();
  readonly #facts: SaidFacts;
  readonly #census = new CensusDecoder();
  readonly #kernel = kernelFinders();
  readonly #end: RunEnd;
  readonly #stories: StoryTeller;
  #told = 0;
  #edge: VirtualTime = 0;
  readonly #hasTold = { facts: false, census: false };

  /** Kinds of agents that the definitions do not have are shown without charts, and not before their first event. */
  constructor(plan: Plan, { heading, command, fork }: TraceSubject, definitions: Definitions) {
    this.#places = new Map(plan.agents.map(({ id }, place) => [id, place]));
    this.#facts = new SaidFacts(this.#places);
    this.#kinds = plan.agents.map(({ kind }) => kind);
    this.#end = new RunEnd(plan, this.#kernel.finders);
    this.#stories = new StoryTeller(reportNames(plan));
    const starts = plan.agents.map((agent) => startOf(agent, definitions));
    this.opening = { plan, heading, command, fork, starts, charts: chartsOf(plan, definitions) };
  }

  /** Everything before this instant has been taken. */
  get edge(): VirtualTime {
    return this.#edge;
  }

  /** Whether there were any changes of facts, and any census. */
  get told(): { readonly facts: boolean; readonly census: boolean } {
    return this.#hasTold;
  }

  /** Returns the next piece. Throws a `RangeError` for an agent that the plan does not have. */
  take({ rows, facts, census, verdicts }: TraceRecords): RecordChunk {
    const places = rows.agents.map((agent) => this.#placeOf(agent));
    const messages = rows.shapes.map(([type = '']) => this.#names.message(type));
    const count = rows.at.length;
    const chunk = {
      at: new Float64Array(count),
      to: new Uint32Array(count),
      from: new Uint32Array(count),
      state: new Uint32Array(count),
      message: new Uint32Array(count),
    };
    let now = 0;
    for (let row = 0; row < count; row += 1) {
      now += rows.at[row] ?? 0;
      if (row === 0) this.#expectLater(now);
      const to = places[rows.to[row] ?? 0] ?? 0;
      chunk.at[row] = now;
      chunk.to[row] = to;
      chunk.from[row] = places[rows.from[row] ?? 0] ?? 0;
      chunk.state[row] = this.#names.state(this.#kinds[to] ?? '', rows.states[rows.state[row] ?? 0] ?? '');
      chunk.message[row] = messages[rows.shape[row] ?? 0] ?? 0;
    }
    if (!Number.isSafeInteger(now)) throw new RangeError('it has an instant that is too late for any run');
    for (const delta of facts) this.#end.add({ at: delta.at, agent: delta.agent, facts: this.#facts.take(delta) });
    // The instant of the last may go on in the next piece.
    this.#end.settle(facts.at(-1)?.at ?? 0);
    this.#edge = Math.max(this.#edge, now);
    this.#hasTold.facts ||= facts.length > 0;
    this.#hasTold.census ||= census.length > 0;
    const samples = census.map((delta) => this.#census.take(delta));
    const said = { facts: this.#facts.columns(), census: samples, verdicts };
    return { ...chunk, ...this.#names.take(), ...said, ...this.#found(), edge: this.#edge };
  }

  /** Returns what is known after the last piece. */
  finish({ outcome, digest, endedAt }: TraceFooter): RecordChunk {
    this.#end.finish();
    this.#edge = Math.max(this.#edge, endedAt);
    return { ...this.take(NO_ROWS), end: { outcome, digest, endedAt } };
  }

  /** Returns why its outcome is not told, if its trace does not say: a kill of the OOM killer is no wait. */
  untold({ outcome }: TraceFooter): string | undefined {
    const told = outcomeOf(this.#end);
    return told === outcome ? undefined : `why it ended as ${outcome}: what it says of waits shows ${told}`;
  }

  /** A finding is told otherwise when it comes undone, and when it has lasted longer. */
  #found(): { findings: readonly Finding[]; stories?: readonly Story[] } {
    const { findings } = this.#end;
    const fresh = findings.slice(this.#told);
    this.#told = findings.length;
    const stories = this.#stories.changed({ graph: this.#kernel.graph, result: { endedAt: this.#edge, findings } });
    return stories === undefined ? { findings: fresh } : { findings: fresh, stories };
  }

  /** Whatever is asked at an instant is looked for in rows that are in order. */
  #expectLater(at: VirtualTime): void {
    if (at < this.#edge) throw new RangeError(`it goes back in time, from ${this.#edge} to ${at} ns`);
  }

  #placeOf(agent: AgentId): number {
    const place = this.#places.get(agent);
    if (place === undefined) throw new RangeError(`it has an agent '${agent}' that its plan does not have`);
    return place;
  }
}

/** An agent that another version of the program made may not start here. */
function startOf({ id, kind, params }: Plan['agents'][number], definitions: Definitions): string {
  const definition = definitions.get(kind);
  if (definition === undefined) return '';
  try {
    return definition.describe(definition.init(params, id).state);
  } catch {
    return '';
  }
}
