/**
 * Check of a watched run against the record that the page makes of it: what the run's own process says of a few agents
 * has to be what the same plan made here. Until the record has come that far, what was said stands for it.
 */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { places } from '../column.ts';
import type { RunRecord } from '../run-record.ts';
import type { InspectedStep } from './inspect-frame.ts';

/** What an agent is said to have come to by an event of it, and what it came to here. */
export interface StepDifference {
  readonly agent: AgentId;
  /** How many events it had received; 0: it is the state that it started in. */
  readonly seq: number;
  readonly told: { readonly name: string; readonly at: VirtualTime };
  /** Undefined if there is no such event here. */
  readonly made: { readonly name: string; readonly at: VirtualTime } | undefined;
}

/** Steps of an agent that wait for the record; of more than that the oldest are not compared. */
const MOST_WAITING = 1_000;

/** The rows of one agent, as far as they were looked for, and what is to be compared with them. */
interface InspectedAgent {
  readonly place: number;
  readonly rows: ReturnType<typeof places>;
  rowsRead: number;
  waiting: InspectedStep[];
  last: InspectedStep | undefined;
}

export class StepCheck {
  readonly #record: RunRecord;
  readonly #agents = new Map<AgentId, InspectedAgent>();
  #compared = 0;

  constructor(record: RunRecord) {
    this.#record = record;
  }

  /** How many steps were compared. */
  get compared(): number {
    return this.#compared;
  }

  /** Takes in what is said of an agent; one that the record does not have is nobody's. */
  take(step: InspectedStep): void {
    const agent = this.#agentOf(step.agent);
    if (agent === undefined) return;
    agent.last = step;
    // Where in the run it stands is not known, until the agent's next event.
    if (step.seq === null) return;
    agent.waiting.push(step);
    if (agent.waiting.length > MOST_WAITING) agent.waiting.shift();
  }

  /** Compares what can be compared by now. Returns the first difference. */
  check(): StepDifference | undefined {
    for (const [id, agent] of this.#agents) {
      this.#readRows(agent);
      while (agent.waiting.length > 0) {
        const [step] = agent.waiting;
        if (step === undefined || !this.#isKnown(agent, step)) break;
        agent.waiting.shift();
        this.#compared += 1;
        const difference = this.#differenceOf(id, agent, step);
        if (difference !== undefined) return difference;
      }
    }
    return undefined;
  }

  /** Returns what was said of an agent last, if the record has not come that far; of no other run than this one. */
  ahead(id: AgentId): InspectedStep | undefined {
    const agent = this.#agents.get(id);
    if (agent?.last === undefined) return undefined;
    this.#readRows(agent);
    const { last } = agent;
    const isAhead = last.seq === null ? last.t >= this.#record.edge : last.seq > agent.rows.length;
    return isAhead && this.#record.end === undefined ? last : undefined;
  }

  /** Forgets what was said of others. */
  keep(ids: readonly AgentId[]): void {
    for (const id of this.#agents.keys()) if (!ids.includes(id)) this.#agents.delete(id);
  }

  #agentOf(id: AgentId): InspectedAgent | undefined {
    const known = this.#agents.get(id);
    if (known !== undefined) return known;
    const place = this.#record.placeOf(id);
    if (place < 0) return undefined;
    const agent: InspectedAgent = { place, rows: places(), rowsRead: 0, waiting: [], last: undefined };
    this.#agents.set(id, agent);
    return agent;
  }

  #readRows(agent: InspectedAgent): void {
    const { to, rows } = this.#record;
    for (; agent.rowsRead < rows; agent.rowsRead += 1)
      if (to.at(agent.rowsRead) === agent.place) agent.rows.push(agent.rowsRead);
  }

  /** Whether the record has the step, or has come further without it. */
  #isKnown({ rows }: InspectedAgent, { seq, t }: InspectedStep): boolean {
    return (seq ?? 0) <= rows.length || t < this.#record.edge || this.#record.end !== undefined;
  }

  #differenceOf(agent: AgentId, { rows, place }: InspectedAgent, step: InspectedStep): StepDifference | undefined {
    const { name, t, message } = step;
    const seq = step.seq ?? 0;
    const made = seq === 0 ? { name: this.#record.start(place).text, at: 0 } : this.#madeAt(rows, seq);
    const isSame = made?.name === name && (message === undefined || made.at === t);
    return isSame ? undefined : { agent, seq, told: { name, at: t }, made };
  }

  #madeAt(rows: InspectedAgent['rows'], seq: number): StepDifference['made'] {
    if (seq > rows.length) return undefined;
    const row = rows.at(seq - 1);
    return { name: this.#record.stateName(this.#record.state.at(row)).text, at: this.#record.at.at(row) };
  }
}
