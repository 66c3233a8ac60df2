/**
 * The record of a run as a page shows it: every event in columns, a lane for each agent, waits and census, asked at an
 * instant. It grows at its edge, by chunks; nothing of it ever changes.
 */
import type { AgentId, AgentSpec, Finding, Plan, VirtualTime } from '@dragon/engine';
import type { Story, ToldStep, WaitFacts } from '@dragon/report';
import { CensusLog } from './census-log.ts';
import { ChartIndex } from './chart/chart-index.ts';
import { instants, places } from './column.ts';
import { ConditionLog, tellsCondition } from './condition-log.ts';
import { Lane } from './lane.ts';
import type { RecordChunk, RecordEnd, RecordOpening } from './record-chunk.ts';
import { cpuLook, type StateLook, threadLook } from './state-look.ts';
import { VerdictLog } from './verdict-log.ts';
import { WaitLog } from './wait-log.ts';

/** A state of a kind of agent. */
export interface StateName {
  readonly kind: string;
  readonly text: string;
  readonly look: StateLook;
}

/** What an agent is doing at an instant. */
export interface AgentNow {
  readonly state: StateName;
  readonly since: VirtualTime;
  /** The row that led to it; -1 if the agent started in it. */
  readonly row: number;
}

/** An event and the state it led to. */
export interface RecordRow {
  readonly at: VirtualTime;
  readonly to: AgentId;
  readonly from: AgentId;
  readonly message: string;
  readonly state: StateName;
}

const NO_STATE: StateName = { kind: '', text: '', look: 'part' };

export class RunRecord {
  readonly plan: Plan;
  readonly heading: string;
  /** What was asked for: scenario, policy, seed, … */
  readonly command: RecordOpening['command'];
  readonly #charts: ReadonlyMap<string, ChartIndex>;
  readonly #threadKinds: ReadonlySet<string>;
  readonly agents: readonly AgentSpec[];
  readonly waits: WaitLog;
  readonly census = new CensusLog();
  readonly verdicts = new VerdictLog();
  readonly conditions = new ConditionLog();
  readonly at = instants();
  readonly to = places();
  readonly from = places();
  readonly state = places();
  readonly message = places();
  readonly #taken = places();
  readonly #takenLists: (readonly number[])[] = [[]];
  readonly #places: ReadonlyMap<AgentId, number>;
  readonly #lanes: readonly Lane[];
  readonly #states: StateName[] = [];
  readonly #messages: string[] = [];
  /** Those of them, by number, that tell of a condition. */
  readonly #telling = new Set<number>();
  readonly #starts: readonly StateName[];
  #findings: readonly Finding[] = [];
  #stories: readonly Story[] = [];
  #steps: readonly ToldStep[] | undefined;
  #edge: VirtualTime = 0;
  #end: RecordEnd | undefined;

  constructor({ plan, heading, command, starts, charts }: RecordOpening) {
    this.plan = plan;
    this.heading = heading;
    this.command = command;
    this.#charts = new Map(Object.entries(charts).map(([kind, chart]) => [kind, new ChartIndex(chart)]));
    this.#threadKinds = new Set(plan.agents.flatMap(({ kind, task }) => (task === undefined ? [] : [kind])));
    this.agents = plan.agents;
    this.waits = new WaitLog(plan.agents);
    this.#places = new Map(plan.agents.map(({ id }, place) => [id, place]));
    this.#lanes = plan.agents.map(() => new Lane(this));
    this.#starts = plan.agents.map((agent, place) => this.stateNamed(agent.kind, starts[place] ?? ''));
  }

  /** Everything before this instant is known. */
  get edge(): VirtualTime {
    return this.#edge;
  }

  /** Events. */
  get rows(): number {
    return this.at.length;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  get end(): RecordEnd | undefined {
    return this.#end;
  }

  /** The findings as a person is told them, in their order. */
  get stories(): readonly Story[] {
    return this.#stories;
  }

  /** How a deadlock came about; undefined without one, and where nobody has told it. */
  get steps(): readonly ToldStep[] | undefined {
    return this.#steps;
  }

  /** The states that agents have been in after an event, each once. */
  get stateNames(): readonly StateName[] {
    return this.#states;
  }

  /** The types of the messages that were received. */
  get messageTypes(): readonly string[] {
    return this.#messages;
  }

  append(chunk: RecordChunk): void {
    for (const { kind, text } of chunk.newStates) this.#states.push(this.stateNamed(kind, text));
    for (const type of chunk.newMessages) {
      if (tellsCondition(type)) this.#telling.add(this.#messages.length);
      this.#messages.push(type);
    }
    const first = this.rows;
    this.at.append(chunk.at);
    this.to.append(chunk.to);
    this.from.append(chunk.from);
    this.state.append(chunk.state);
    this.message.append(chunk.message);
    this.#appendTaken(chunk);
    for (let row = first; row < this.rows; row += 1) this.#lanes[this.to.at(row)]?.add(row);
    this.#appendConditions(first);
    this.waits.append(chunk.facts);
    this.census.append(chunk.census);
    this.verdicts.append(chunk.verdicts);
    if (chunk.findings.length > 0) this.#findings = [...this.#findings, ...chunk.findings];
    this.#stories = chunk.stories ?? this.#stories;
    this.#steps = chunk.steps ?? this.#steps;
    this.#edge = chunk.edge;
    this.#end = chunk.end ?? this.#end;
  }

  /** Returns the place of an agent in `agents`; -1 if there is no such agent. */
  placeOf(agent: AgentId): number {
    return this.#places.get(agent) ?? -1;
  }

  lane(place: number): Lane {
    const lane = this.#lanes[place];
    if (lane === undefined) throw new RangeError(`there is no agent at place ${place}`);
    return lane;
  }

  /** Returns the state an agent started in. */
  start(place: number): StateName {
    return this.#starts[place] ?? NO_STATE;
  }

  /** Returns what an agent does when everything at `t` has happened. */
  now(place: number, t: VirtualTime): AgentNow {
    const lane = this.lane(place);
    const stretch = lane.stretchAt(t);
    return { state: lane.stateOf(stretch, place), since: lane.startOf(stretch), row: lane.rowOf(stretch) };
  }

  stateName(id: number): StateName {
    return this.#states[id] ?? NO_STATE;
  }

  row(place: number): RecordRow | undefined {
    if (place < 0 || place >= this.rows) return undefined;
    return {
      at: this.at.at(place),
      to: this.agents[this.to.at(place)]?.id ?? '',
      from: this.agents[this.from.at(place)]?.id ?? '',
      message: this.#messages[this.message.at(place)] ?? '',
      state: this.stateName(this.state.at(place)),
    };
  }

  /** Returns the numbers of the transitions that a row's event made its agent take; none if that is not recorded. */
  taken(place: number): readonly number[] {
    return this.#takenLists[this.#taken.at(place)] ?? [];
  }

  /** Returns the last row at or before `t`; -1 if there is none. */
  lastRow(t: VirtualTime): number {
    return this.at.lastAtMost(t);
  }

  /** Returns the waits and holds of all tasks when everything at `t` has happened: valid until the next question. */
  waitsAt(t: VirtualTime): WaitFacts {
    return this.waits.at(t);
  }

  /** Returns a state of a kind by its name, whether an agent has been in it or not. */
  stateNamed(kind: string, text: string): StateName {
    return { kind, text, look: text === '' ? 'part' : this.#lookOf(kind, text) };
  }

  /** Returns the chart of a kind, with its index; undefined if the kind has none. */
  chartOf(kind: string): ChartIndex | undefined {
    return this.#charts.get(kind);
  }

  /** Few runs have any: nothing is looked for before. */
  #appendConditions(first: number): void {
    if (this.#telling.size === 0) return;
    for (let place = first; place < this.rows; place += 1) {
      const row = this.#telling.has(this.message.at(place)) ? this.row(place) : undefined;
      if (row !== undefined) this.conditions.append(row);
    }
  }

  #appendTaken({ at, taken }: RecordChunk): void {
    for (const { list, edge } of taken?.newLists ?? [])
      this.#takenLists.push([...(this.#takenLists[list] ?? []), edge]);
    if (taken === undefined) return;
    // Of the rows before, nobody has said what they took.
    const untold = this.rows - at.length - this.#taken.length;
    if (untold > 0) this.#taken.append(new Uint32Array(untold));
    this.#taken.append(taken.lists);
  }

  #lookOf(kind: string, text: string): StateLook {
    const chart = this.chartOf(kind);
    if (chart === undefined) return 'part';
    const named = chart.read(text);
    if (kind === 'cpu') return cpuLook(named);
    if (!this.#threadKinds.has(kind)) return 'part';
    return threadLook(named, new Set([...named.active].flatMap((path) => chart.node(path).tags)));
  }
}
