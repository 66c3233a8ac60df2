/**
 * The waits and holds of a run at any instant: changes of facts in order, and of each agent which are its own. To come
 * to another instant, each agent is given what it had told last there, however much it told in between.
 */
import type { AgentId, FactsChange, VirtualTime } from '@dragon/engine';
import { nextTask, type RestoredFacts, type TaskRecord, WaitFacts } from '@dragon/report';
import { type Column, places } from './column.ts';
import { WaitIntervals } from './wait-intervals.ts';

export class WaitLog {
  /** The waits themselves, from beginning to end. */
  readonly intervals = new WaitIntervals();
  readonly #changes: FactsChange[] = [];
  /** Of each change the record of its task after it. */
  readonly #tasks: (TaskRecord | undefined)[] = [];
  /** Of each agent the places of its changes. */
  readonly #own = new Map<AgentId, Column<Uint32Array<ArrayBuffer>>>();
  readonly #facts = new WaitFacts(() => undefined);
  /** How many changes are in `#facts`. */
  #known = 0;

  get length(): number {
    return this.#changes.length;
  }

  append(changes: readonly FactsChange[]): void {
    for (const change of changes) {
      const { agent, at, facts } = change;
      let own = this.#own.get(agent);
      if (own === undefined) this.#own.set(agent, (own = places(4)));
      const before = own.length === 0 ? undefined : this.#tasks[own.at(own.length - 1)];
      own.push(this.#changes.length);
      this.#changes.push(change);
      this.#tasks.push(nextTask(before, facts.task, at));
      this.intervals.take(change);
    }
  }

  /** Returns the changes of the log, in order. */
  get changes(): readonly FactsChange[] {
    return this.#changes;
  }

  /** Returns all waits and holds as they are when everything at `t` has happened: valid until the next question. */
  at(t: VirtualTime): WaitFacts {
    const wanted = this.#countUntil(t);
    if (wanted !== this.#known)
      this.#facts.restore(this.#changedAgents(wanted).map((agent) => this.#told(agent, wanted)));
    this.#known = wanted;
    return this.#facts;
  }

  /** Returns the agents that may have told something between what is known and what is wanted. */
  #changedAgents(wanted: number): readonly AgentId[] {
    const [from, to] = [Math.min(wanted, this.#known), Math.max(wanted, this.#known)];
    if (to - from >= this.#own.size) return [...this.#own.keys()];
    return [...new Set(this.#changes.slice(from, to).map(({ agent }) => agent))];
  }

  /** Returns what an agent had told last when so many changes had happened. */
  #told(agent: AgentId, wanted: number): RestoredFacts {
    const own = this.#own.get(agent);
    const last = own?.lastAtMost(wanted - 1) ?? -1;
    if (own === undefined || last < 0) return { agent, task: undefined, resources: undefined };
    const change = own.at(last);
    return { agent, task: this.#tasks[change], resources: this.#changes[change]?.facts.resources };
  }

  /** Returns how many changes there are up to and with `t`. */
  #countUntil(t: VirtualTime): number {
    let [low, high] = [0, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle]?.at ?? t) <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
