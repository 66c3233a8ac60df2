/** The name of a state in a bar: of its active leaves, the one that says what the thread is doing. */
import type { ChartIndex } from '../chart/chart-index.ts';
import type { StateName } from '../run-record.ts';
import type { StateLook } from '../state-look.ts';

/** What a bar shows of a state. */
export interface StateFace {
  /** `waitingForAgi` */
  readonly leaf: string;
  readonly look: StateLook;
}

/** Of charts with parallel regions only one leaf is shown: the one whose tag fits the look. */
const TAG_OF: Partial<Readonly<Record<StateLook, string>>> = { wait: 'blocked', sleep: 'sleeping' };

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
    const leaf = leafName(state, this.#charts.chartOf(state.kind));
    const key = `${state.look} ${leaf}`;
    const face = this.#faces.get(key) ?? { leaf, look: state.look };
    this.#faces.set(key, face);
    this.#known.set(state, face);
    return face;
  }
}

function leafName({ text, look }: StateName, chart: ChartIndex | undefined): string {
  if (chart === undefined) return text;
  const { leaves } = chart.read(text);
  const tagsOf = (path: string): readonly string[] => chart.node(path).tags;
  const wanted = TAG_OF[look];
  const fitting = leaves.filter(({ path }) =>
    wanted === undefined
      ? !tagsOf(path).some((tag) => tag === 'blocked' || tag === 'sleeping')
      : tagsOf(path).includes(wanted),
  );
  const candidates = fitting.length === 0 ? leaves : fitting;
  const deepest = candidates.reduce<string>((best, { path }) => (depth(path) > depth(best) ? path : best), '');
  return deepest.split('.').at(-1) ?? text;
}

const depth = (path: string): number => (path === '' ? 0 : path.split('.').length);
