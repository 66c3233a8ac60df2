/**
 * The census of a run: the numbers that its agents have of themselves, at the instants of a grid. A sample is of an
 * agent as it was just before the first event at its instant or later, wherever that event happens: so the census of a
 * run is the same in one process and in many.
 */
import type { Census } from './agent.ts';
import { type AgentId, compareText } from './event.ts';
import type { Observer, Present, Seen } from './observer.ts';
import { MILLISECOND, type VirtualTime } from './time.ts';

/** The period of a run's census: two requests of a thread are as far apart, and a hang takes seconds. */
export const CENSUS_PERIOD: VirtualTime = MILLISECOND;

/** From `at` on, until another sample says otherwise, `numbers` is what a census has of `agent`. */
export interface CensusSample {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly numbers: Census;
}

/** Returns whether they have the same names and numbers. */
export function equalCensus(a: Census, b: Census): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => a[name] === b[name]);
}

/** What a sampler knows, as data: what it told last, who has moved since then, and the instant of their sample. */
export interface SavedSampler {
  readonly told: readonly (readonly [agent: AgentId, numbers: Census])[];
  readonly moved: readonly AgentId[];
  readonly due: VirtualTime;
}

/**
 * Samples the agents of an engine at 0 and at each multiple of the period, by instant and then by agent: those whose
 * numbers are others than at the sample before. An agent that does nothing costs nothing.
 */
export class CensusSampler implements Observer {
  readonly #period: VirtualTime;
  readonly #take: (sample: CensusSample) => void;
  readonly #told: Map<AgentId, Census>;
  readonly #saved: SavedSampler | undefined;
  /** Agents that had a step since the last sample, as they were after it. */
  readonly #moved = new Map<AgentId, Pick<Seen, 'definition'> & { readonly state: unknown }>();
  /** The instant of their sample. */
  #due: VirtualTime = 0;

  /** `period`: nanoseconds of virtual time between two instants of the grid. `saved`: what another one has done. */
  constructor(period: VirtualTime, take: (sample: CensusSample) => void, saved?: SavedSampler) {
    this.#period = period;
    this.#take = take;
    this.#saved = saved;
    this.#told = new Map(saved?.told);
  }

  /**
   * Begins with agents as they are: their sample is due at the next instant of the grid. One that goes on where another
   * was saved begins with those who had moved, who are as they were then.
   */
  attached(agents: Iterable<Present>): void {
    const moved = this.#saved && new Set(this.#saved.moved);
    for (const { at, agent, definition, state } of agents) {
      if (definition.census === undefined || moved?.has(agent) === false) continue;
      this.#moved.set(agent, { definition, state });
      this.#due = this.#saved?.due ?? this.#after(at);
    }
  }

  save(): SavedSampler {
    return { told: [...this.#told], moved: [...this.#moved.keys()], due: this.#due };
  }

  see({ at, agent, definition, event, before, after }: Seen): void {
    if (event !== undefined) this.advance(at);
    if (definition.census === undefined || before === after) return;
    if (this.#moved.size === 0) this.#due = event === undefined ? at : this.#after(at);
    this.#moved.set(agent, { definition, state: after });
  }

  /**
   * Takes the samples that are due at this instant or before it. The engine must have no event left from before it. If
   * one arrives from elsewhere all the same, the sample is taken again, and the last one of its instant counts.
   */
  advance(to: VirtualTime): void {
    if (this.#moved.size === 0 || this.#due > to) return;
    const moved = [...this.#moved].sort(([a], [b]) => compareText(a, b));
    this.#moved.clear();
    for (const [agent, { definition, state }] of moved) {
      const numbers = definition.census?.(state) ?? {};
      const told = this.#told.get(agent);
      if (told !== undefined && equalCensus(told, numbers)) continue;
      this.#told.set(agent, numbers);
      this.#take({ at: this.#due, agent, numbers });
    }
  }

  #after(at: VirtualTime): VirtualTime {
    return (Math.floor(at / this.#period) + 1) * this.#period;
  }
}
