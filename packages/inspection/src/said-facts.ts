/**
 * What agents say of waits and locks, by number: of the many changes of a run most say what was said before. Whoever
 * makes chunks keeps a `SaidFacts` and tells each new saying once, as a difference; whoever takes them, a `SaidTable`.
 */
import type { AgentId, Facts } from '@dragon/engine';
import { type FactsChanged, factsAfter, type FactsDelta } from '@dragon/report';
import { instants, places } from './column.ts';

/** A saying that nobody has said before: a difference to an earlier one, by its number. */
export interface NewSaying {
  readonly before: number;
  readonly changed: FactsChanged;
}

/** Changes of facts in columns, in the order of the run. */
export interface FactsColumns {
  readonly at: Float64Array<ArrayBuffer>;
  /** Places in the plan's agents. */
  readonly agent: Uint32Array<ArrayBuffer>;
  /** What each says from then on, by its number among the sayings of all chunks so far; 0 is to say nothing. */
  readonly said: Uint32Array<ArrayBuffer>;
  readonly newSayings: readonly NewSaying[];
}

/** Returns columns without a change. */
export const noFacts = (): FactsColumns => ({
  at: new Float64Array(),
  agent: new Uint32Array(),
  said: new Uint32Array(),
  newSayings: [],
});

interface Saying {
  readonly number: number;
  readonly facts: Facts;
}

const NOTHING: Saying = { number: 0, facts: {} };

/** Longer ones are seldom said again, and cost too much to compare. */
const LONGEST_KEPT = 16;
/** When so many are kept, all are forgotten: what is said again then has another number. */
const MOST_KEPT = 1 << 16;

export class SaidFacts {
  readonly #agents: ReadonlyMap<AgentId, number>;
  readonly #last = new Map<AgentId, Saying>();
  /** By all that is said. */
  readonly #kept = new Map<string, Saying>();
  /** By what was said before, and what changed. */
  readonly #after = new Map<string, Saying>();
  /** Numbers of the parts of changes: a trace has the same object for the same part. */
  readonly #parts = new Map<string, number>();
  #partOf = new WeakMap<object, number>();
  #count = 0;
  #at = instants();
  #agent = places();
  #said = places();
  #new: NewSaying[] = [];

  readonly #most: number;

  /** `agents`: their places in the plan. `most`: as many sayings are kept. */
  constructor(agents: ReadonlyMap<AgentId, number>, most = MOST_KEPT) {
    this.#agents = agents;
    this.#most = most;
  }

  /** Takes a change; returns what the agent says now, the same object as when it was said before. */
  take(delta: FactsDelta): Facts {
    const { at, agent } = delta;
    const before = this.#last.get(agent) ?? NOTHING;
    const now = this.#next(before, delta);
    this.#last.set(agent, now);
    this.#at.push(at);
    this.#agent.push(this.#agents.get(agent) ?? 0);
    this.#said.push(now.number);
    return now.facts;
  }

  /** Returns what came since the last call. */
  columns(): FactsColumns {
    const columns = {
      at: this.#at.take(),
      agent: this.#agent.take(),
      said: this.#said.take(),
      newSayings: this.#new,
    };
    this.#new = [];
    return columns;
  }

  #next(before: Saying, delta: FactsDelta): Saying {
    if (this.#after.size >= this.#most || this.#parts.size >= this.#most) this.#forget();
    const key = this.#keyOf(before.number, delta);
    const known = this.#after.get(key);
    if (known !== undefined) return known;
    const { at: _, agent: __, ...changed } = delta;
    const facts = factsAfter(before.facts, changed);
    const isKept = lengthOf(facts) <= LONGEST_KEPT;
    const text = isKept ? JSON.stringify(facts) : '';
    const same = isKept ? this.#kept.get(text) : undefined;
    const now = same ?? { number: (this.#count += 1), facts };
    if (same === undefined) this.#new.push({ before: before.number, changed });
    if (!isKept) return now;
    this.#kept.set(text, now);
    this.#after.set(key, now);
    return now;
  }

  #keyOf(before: number, { task, wait, holds, resources, changed }: FactsDelta): string {
    const part = (value: object | null | undefined) =>
      value === undefined ? '' : value === null ? '-' : this.#numberOf(value);
    return `${before} ${task ?? ''} ${part(wait)} ${part(holds)} ${part(resources)} ${part(changed)}`;
  }

  #numberOf(value: object): number {
    const known = this.#partOf.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    const number = this.#parts.get(text) ?? this.#parts.size;
    this.#parts.set(text, number);
    this.#partOf.set(value, number);
    return number;
  }

  #forget(): void {
    this.#kept.clear();
    this.#after.clear();
    this.#parts.clear();
    this.#partOf = new WeakMap();
  }
}

/** Returns how many holds, holders and waiters there are. */
function lengthOf({ task, resources = [] }: Facts): number {
  let length = task?.holds.length ?? 0;
  for (const { holders, waiters } of resources)
    for (const chunks of [holders, waiters]) for (const chunk of chunks) length += chunk.length;
  return length + resources.length;
}

export class SaidTable {
  readonly #facts: Facts[] = [{}];

  append(sayings: readonly NewSaying[]): void {
    for (const { before, changed } of sayings) this.#facts.push(factsAfter(this.at(before), changed));
  }

  at(number: number): Facts {
    return this.#facts[number] ?? {};
  }
}
