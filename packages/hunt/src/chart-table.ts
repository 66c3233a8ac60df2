/** The charts of a run's agents as a table: every transition and every state has a number. */
import type { AgentId, Chart, ChartEdge, Definitions, Plan, Taken } from '@dragon/engine';

export interface TableEdge extends Pick<Taken, 'source' | 'by' | 'index'> {
  /** The kind of the agents. */
  readonly kind: string;
  readonly target: readonly string[];
  readonly guard: string | undefined;
  /** Whether none of the plan's agents can take it, whatever comes. */
  readonly ruledOut: boolean;
}

export interface TableState {
  readonly kind: string;
  readonly path: string;
}

export class ChartTable {
  readonly edges: readonly TableEdge[];
  /** States that have none inside them. */
  readonly states: readonly TableState[];
  readonly #edgeOf = new Map<string, number>();
  readonly #stateOf = new Map<string, number>();

  /** Of all kinds of the plan's agents, in the order of their names. */
  constructor({ agents }: Pick<Plan, 'agents'>, definitions: Definitions) {
    const edges: TableEdge[] = [];
    const states: TableState[] = [];
    for (const kind of [...new Set(agents.map((agent) => agent.kind))].sort()) {
      const definition = definitions.get(kind);
      const chart = definition?.chart;
      if (definition === undefined || chart === undefined) continue;
      const barred = barredEverywhere(
        agents
          .filter((agent) => agent.kind === kind)
          .map(({ id, params }) =>
            (definition.ruledOut?.(definition.init(params, id).state) ?? []).map((edge) => edgeKey(kind, edge)),
          ),
      );
      for (const { path, type, edges: own } of chart.nodes) {
        if (type === 'atomic' || type === 'final') states.push({ kind, path });
        for (const edge of own) edges.push(tableEdge(kind, path, edge, barred));
      }
    }
    this.edges = edges;
    this.states = states;
    for (const [i, edge] of edges.entries()) this.#edgeOf.set(edgeKey(edge.kind, edge), i);
    for (const [i, { kind, path }] of states.entries()) this.#stateOf.set(`${kind} ${path}`, i);
  }

  /** Returns the number of a transition; undefined of one that no chart has. */
  edge(kind: string, taken: Pick<Taken, 'source' | 'by' | 'index'>): number | undefined {
    return this.#edgeOf.get(edgeKey(kind, taken));
  }

  state(kind: string, path: string): number | undefined {
    return this.#stateOf.get(`${kind} ${path}`);
  }
}

/** Returns the states without others inside that an agent with such a chart begins in or gets to by entering `path`. */
export function enteredStates(chart: Chart, path: string): readonly string[] {
  const node = chart.nodes.find((each) => each.path === path);
  if (node === undefined) return [];
  if (node.type === 'atomic' || node.type === 'final') return [path];
  const inside = (child: string) => (path === '' ? child : `${path}.${child}`);
  if (node.type === 'compound') return node.initial === undefined ? [] : enteredStates(chart, inside(node.initial));
  const depth = path === '' ? 1 : path.split('.').length + 1;
  const prefix = path === '' ? '' : `${path}.`;
  return chart.nodes
    .filter((each) => each.path !== '' && each.path.startsWith(prefix) && each.path.split('.').length === depth)
    .flatMap((each) => enteredStates(chart, each.path));
}

function tableEdge(kind: string, source: string, edge: ChartEdge, barred: ReadonlySet<string>): TableEdge {
  const { by, index, target, guard } = edge;
  const key = edgeKey(kind, { source, by, index });
  return { kind, source, by, index, target, guard, ruledOut: barred.has(key) };
}

function barredEverywhere(barred: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...others] = barred.map((keys) => new Set(keys));
  return new Set([...first].filter((key) => others.every((keys) => keys.has(key))));
}

const edgeKey = (kind: AgentId, { source, by, index }: Pick<Taken, 'source' | 'by' | 'index'>): string =>
  `${kind} ${source} ${by} ${index}`;
