/** The counts of all crowds of a run: groups of agents that are too large for a row each. */
import type { AgentId } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';
import { STATE_LOOKS } from '../state-look.ts';
import { LookCounts } from './look-counts.ts';

const NO_CROWD = -1;

export class CrowdCounts {
  readonly #record: RunRecord;
  readonly #counts: readonly LookCounts[];
  /** By agent: its crowd, and the look it has as of the last row that was taken in. */
  readonly #crowdOf: Int32Array;
  readonly #looks: Uint8Array;
  /** By state. */
  readonly #lookOf: number[] = [];
  readonly #byFirst: ReadonlyMap<AgentId, LookCounts>;
  #seen = 0;

  constructor(record: RunRecord, crowds: readonly (readonly AgentId[])[]) {
    this.#record = record;
    this.#crowdOf = new Int32Array(record.agents.length).fill(NO_CROWD);
    this.#looks = new Uint8Array(record.agents.length);
    this.#counts = crowds.map((agents, crowd) => {
      const counts = new Float64Array(STATE_LOOKS.length);
      for (const agent of agents) {
        const place = record.placeOf(agent);
        const look = STATE_LOOKS.indexOf(record.start(place).look);
        this.#crowdOf[place] = crowd;
        this.#looks[place] = look;
        counts[look] = (counts[look] ?? 0) + 1;
      }
      return new LookCounts(record, counts);
    });
    this.#byFirst = new Map(
      crowds.flatMap(([first], crowd) => {
        const counts = this.#counts[crowd];
        return first === undefined || counts === undefined ? [] : [[first, counts] as const];
      }),
    );
  }

  /** Returns the counts of a crowd; undefined if those agents are none. */
  of([first]: readonly AgentId[]): LookCounts | undefined {
    return first === undefined ? undefined : this.#byFirst.get(first);
  }

  /** Takes in the rows that came since the last call. */
  follow(): void {
    const { rows, to, state } = this.#record;
    if (this.#counts.length === 0) return;
    for (; this.#seen < rows; this.#seen += 1) {
      const place = to.at(this.#seen);
      const counts = this.#counts[this.#crowdOf[place] ?? NO_CROWD];
      if (counts === undefined) continue;
      const look = this.#lookOfState(state.at(this.#seen));
      const before = this.#looks[place] ?? 0;
      if (look === before) continue;
      this.#looks[place] = look;
      counts.move(this.#seen, before, look);
    }
  }

  #lookOfState(id: number): number {
    let look = this.#lookOf[id];
    if (look === undefined) this.#lookOf[id] = look = STATE_LOOKS.indexOf(this.#record.stateName(id).look);
    return look;
  }
}
