/**
 * The contexts of agents after any event of a run: no row has them, so the run is made again up to there, from the
 * nearest of the checkpoints that were left on the way.
 */
import { type AgentId, type Definitions, Engine, type EngineSnapshot, type Json, type Plan } from '@dragon/engine';

/** Events between two checkpoints; it grows with the run, so that there are never many. */
const FIRST_STRIDE = 10_000;
const MOST_CHECKPOINTS = 24;

interface Checkpoint {
  readonly events: number;
  readonly snapshot: EngineSnapshot;
}

export class PastContexts {
  readonly #plan: Plan;
  readonly #definitions: Definitions;
  /** By events. */
  #checkpoints: Checkpoint[] = [];
  #stride = FIRST_STRIDE;
  #engine: Engine;
  #events = 0;

  /** Throws if the definitions lack an agent of the plan. */
  constructor(plan: Plan, definitions: Definitions) {
    this.#plan = plan;
    this.#definitions = definitions;
    this.#engine = new Engine({ plan, definitions });
  }

  /** How many checkpoints there are. */
  get checkpoints(): number {
    return this.#checkpoints.length;
  }

  /** Comes nearer to the instant after so many events, by `most` of them; returns whether it is there. */
  approach(events: number, most: number): boolean {
    this.#goBack(events);
    for (let left = most; left > 0 && this.#events < events; ) {
      const next = (Math.floor(this.#events / this.#stride) + 1) * this.#stride;
      const count = this.#engine.run(
        Number.POSITIVE_INFINITY,
        Math.min(left, events - this.#events, next - this.#events),
      );
      if (count === 0) throw new RangeError(`the run has no more than ${this.#events} events`);
      this.#events += count;
      left -= count;
      if (this.#events === next) this.#keep();
    }
    return this.#events === events;
  }

  /** Returns what an agent's definition saves of it, after the events that were approached. */
  saved(agent: AgentId): Json {
    return this.#engine.inspect(agent);
  }

  /** Goes on from where it stands, unless a checkpoint is nearer. */
  #goBack(events: number): void {
    const nearest = this.#checkpoints.findLast((each) => each.events <= events);
    const isNear = this.#events <= events && this.#events >= (nearest?.events ?? 0);
    if (isNear) return;
    const [plan, definitions] = [this.#plan, this.#definitions];
    this.#engine = new Engine({ plan, definitions, snapshot: nearest?.snapshot });
    this.#events = nearest?.events ?? 0;
  }

  #keep(): void {
    const place = this.#checkpoints.findIndex(({ events }) => events >= this.#events);
    if (this.#checkpoints[place]?.events === this.#events) return;
    const made = { events: this.#events, snapshot: this.#engine.save() };
    this.#checkpoints.splice(place < 0 ? this.#checkpoints.length : place, 0, made);
    if (this.#checkpoints.length <= MOST_CHECKPOINTS) return;
    this.#stride *= 2;
    this.#checkpoints = this.#checkpoints.filter(({ events }) => events % this.#stride === 0);
  }
}
