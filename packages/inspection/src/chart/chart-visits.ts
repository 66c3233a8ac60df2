/** Where an agent has been in its chart, and what it has taken: by the instant of the first time. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';

export class ChartVisits {
  readonly #record: RunRecord;
  readonly #place: number;
  readonly #states = new Map<string, VirtualTime>();
  readonly #edges = new Map<number, VirtualTime>();
  #stretches = 0;
  #rows = 0;

  /** `place` is the agent's place in the record. */
  constructor(record: RunRecord, place: number) {
    this.#record = record;
    this.#place = place;
  }

  /** Returns the paths of the states in which the agent has been up to and with `t`. */
  states(t: VirtualTime): Set<string> {
    this.#readOn();
    return upTo(this.#states, t);
  }

  /** Returns the numbers of the transitions that it has taken; none if the run was recorded without. */
  edges(t: VirtualTime): Set<number> {
    this.#readOn();
    return upTo(this.#edges, t);
  }

  /** Takes in what the record has got since the last question. */
  #readOn(): void {
    const lane = this.#record.lane(this.#place);
    const index = this.#record.chartOf(this.#record.agents[this.#place]?.kind ?? '');
    if (index === undefined) return;
    for (; this.#stretches < lane.stretches; this.#stretches += 1) {
      const at = lane.startOf(this.#stretches);
      const { active } = index.read(lane.stateOf(this.#stretches, this.#place).text);
      for (const path of active) if (!this.#states.has(path)) this.#states.set(path, at);
    }
    // Of all rows of the agent: what leads back to the same state begins no stretch.
    const { to, at, rows } = this.#record;
    for (; this.#rows < rows; this.#rows += 1) {
      if (to.at(this.#rows) !== this.#place) continue;
      for (const edge of this.#record.taken(this.#rows))
        if (!this.#edges.has(edge)) this.#edges.set(edge, at.at(this.#rows));
    }
  }
}

const upTo = <Key>(first: ReadonlyMap<Key, VirtualTime>, t: VirtualTime): Set<Key> =>
  new Set([...first].flatMap(([key, at]) => (at <= t ? [key] : [])));
