/** The faces of states: what a bar shows of one, so that two that look and are called alike are drawn as one bar. */
import type { ChartIndex } from '../chart/chart-index.ts';
import { mainLeaf } from '../main-leaf.ts';
import type { StateName } from '../run-record.ts';
import type { StateLook } from '../state-look.ts';

/** What a bar shows of a state. */
export interface StateFace {
  /** `waitingForAgi` */
  readonly leaf: string;
  readonly look: StateLook;
}

export class StateFaces {
  readonly #charts: { chartOf(kind: string): ChartIndex | undefined };
  readonly #known = new Map<StateName, StateFace>();
  readonly #faces = new Map<string, StateFace>();

  constructor(charts: { chartOf(kind: string): ChartIndex | undefined }) {
    this.#charts = charts;
  }

  /** Returns the face of a state: of two that look and are called alike, the same one. */
  face(state: StateName): StateFace {
    const known = this.#known.get(state);
    if (known !== undefined) return known;
    const leaf = mainLeaf(this.#charts.chartOf(state.kind), state.text);
    const key = `${state.look} ${leaf}`;
    const face = this.#faces.get(key) ?? { leaf, look: state.look };
    this.#faces.set(key, face);
    this.#known.set(state, face);
    return face;
  }
}
