/**
 * The waits and holds of a run at any instant: changes of facts in order, and of each agent which are its own. To come
 * to another instant, each agent is given what it had told last there, however much it told in between.
 */
import type { AgentId, AgentSpec, FactsChange, Hold, TaskFacts, VirtualTime } from '@dragon/engine';
import { type RestoredFacts, type TaskRecord, WaitFacts } from '@dragon/report';
import { instants, places } from './column.ts';
import { type FactsColumns, SaidTable } from './said-facts.ts';
import { WaitIntervals } from './wait-intervals.ts';

/** What one agent told. */
class OwnLog {
  /** The places of its changes. */
  readonly changes = places(4);
  /** When it began to wait for something else than before, or for nothing. */
  readonly waits = instants(4);
  /** By lock and mode, when it took it. */
  readonly holds = new Map<string, ReturnType<typeof instants>>();
  /** As it told last. */
  task: TaskFacts | undefined;

  take(task: TaskFacts | undefined, at: VirtualTime): void {
    const before = this.task;
    this.task = task;
    if (task === undefined) return;
    const [old, now] = [before?.waitsFor, task.waitsFor];
    if (before === undefined || old?.resource !== now?.resource || old?.mode !== now?.mode) this.waits.push(at);
    for (const hold of task.holds) if (before === undefined || !isAmong(before.holds, hold)) this.#took(hold, at);
  }

  /** Returns its record at `t`, when it has told `facts`. */
  recordAt(facts: TaskFacts, t: VirtualTime): TaskRecord {
    const holds = facts.holds.map(({ resource, mode }) => {
      const taken = this.holds.get(keyOf({ resource, mode }));
      return { resource, mode, since: taken?.at(taken.lastAtMost(t)) ?? t };
    });
    return { facts, waitsFor: facts.waitsFor, waitingSince: this.waits.at(this.waits.lastAtMost(t)), holds };
  }

  #took(hold: Hold, at: VirtualTime): void {
    const key = keyOf(hold);
    let taken = this.holds.get(key);
    if (taken === undefined) this.holds.set(key, (taken = instants(4)));
    taken.push(at);
  }
}

const keyOf = ({ resource, mode }: Hold): string => `${mode} ${resource}`;

const isAmong = (holds: readonly Hold[], { resource, mode }: Hold): boolean =>
  holds.some((each) => each.resource === resource && each.mode === mode);

export class WaitLog {
  /** The waits themselves, from beginning to end. */
  readonly intervals = new WaitIntervals();
  readonly #agents: readonly AgentSpec[];
  readonly #at = instants();
  readonly #agent = places();
  readonly #said = places();
  readonly #sayings = new SaidTable();
  readonly #own = new Map<number, OwnLog>();
  readonly #facts = new WaitFacts(() => undefined);
  /** How many changes are in `#facts`. */
  #known = 0;

  /** `agents`: those of the plan. */
  constructor(agents: readonly AgentSpec[]) {
    this.#agents = agents;
  }

  get length(): number {
    return this.#at.length;
  }

  append({ at, agent, said, newSayings }: FactsColumns): void {
    this.#sayings.append(newSayings);
    const first = this.length;
    this.#at.append(at);
    this.#agent.append(agent);
    this.#said.append(said);
    for (let place = first; place < this.length; place += 1) this.#take(place);
  }

  /** Returns a change, by its place in the order of the log. */
  change(place: number): FactsChange {
    const facts = this.#sayings.at(this.#said.at(place));
    return { at: this.#at.at(place), agent: this.#idOf(this.#agent.at(place)), facts };
  }

  /** Yields the changes of the log, in order. */
  *changes(): Generator<FactsChange, void, undefined> {
    for (let place = 0; place < this.length; place += 1) yield this.change(place);
  }

  /** Returns all waits and holds as they are when everything at `t` has happened: valid until the next question. */
  at(t: VirtualTime): WaitFacts {
    const wanted = this.#at.lastAtMost(t) + 1;
    if (wanted !== this.#known)
      this.#facts.restore(this.#changedAgents(wanted).map((agent) => this.#told(agent, wanted)));
    this.#known = wanted;
    return this.#facts;
  }

  #take(place: number): void {
    const agent = this.#agent.at(place);
    let own = this.#own.get(agent);
    if (own === undefined) this.#own.set(agent, (own = new OwnLog()));
    own.changes.push(place);
    const { task } = this.#sayings.at(this.#said.at(place));
    if (own.task === task) return;
    own.take(task, this.#at.at(place));
    this.intervals.take(this.#idOf(agent), task?.waitsFor ?? null, this.#at.at(place));
  }

  #idOf(agent: number): AgentId {
    return this.#agents[agent]?.id ?? '';
  }

  /** Returns the agents that may have told something between what is known and what is wanted. */
  #changedAgents(wanted: number): readonly number[] {
    const [from, to] = [Math.min(wanted, this.#known), Math.max(wanted, this.#known)];
    if (to - from >= this.#own.size) return [...this.#own.keys()];
    return [...new Set(this.#agent.values.subarray(from, to))];
  }

  /** Returns what an agent had told last when so many changes had happened. */
  #told(place: number, wanted: number): RestoredFacts {
    const agent = this.#idOf(place);
    const own = this.#own.get(place);
    const last = own?.changes.lastAtMost(wanted - 1) ?? -1;
    if (own === undefined || last < 0) return { agent, task: undefined, resources: undefined };
    const { task, resources } = this.#sayings.at(this.#said.at(own.changes.at(last)));
    return { agent, task: task && own.recordAt(task, this.#at.at(wanted - 1)), resources };
  }
}
