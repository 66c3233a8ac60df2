/** A statechart with what is asked of it again and again: nodes by path, children, and its transitions by number. */
import {
  type Chart,
  type ChartEdge,
  type ChartNode,
  type NamedState,
  parentPath,
  stateNameReader,
} from '@dragon/engine';

/** A transition of a chart, with its number in the document's order, and the path of the node that has it. */
export interface NumberedEdge extends ChartEdge {
  readonly number: number;
  readonly source: string;
}

export class ChartIndex {
  readonly chart: Chart;
  /** In the document's order: an edge stands at its number. */
  readonly edges: readonly NumberedEdge[];
  /** Reads a state's name as rows have it. */
  readonly read: (name: string) => NamedState;
  readonly #nodes: ReadonlyMap<string, ChartNode>;
  readonly #children = new Map<string, ChartNode[]>();
  readonly #edgesOf = new Map<string, NumberedEdge[]>();

  constructor(chart: Chart) {
    this.chart = chart;
    this.#nodes = new Map(chart.nodes.map((node) => [node.path, node]));
    this.read = stateNameReader(chart);
    const edges: NumberedEdge[] = [];
    for (const node of chart.nodes) {
      const own = node.edges.map((edge, i) => ({ ...edge, source: node.path, number: edges.length + i }));
      edges.push(...own);
      this.#edgesOf.set(node.path, own);
      if (node.path === '') continue;
      const parent = parentPath(node.path);
      const siblings = this.#children.get(parent);
      if (siblings === undefined) this.#children.set(parent, [node]);
      else siblings.push(node);
    }
    this.edges = edges;
  }

  /** Returns the node of a path; throws if the chart has none. */
  node(path: string): ChartNode {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new Error(`chart ${this.chart.id} has no state ${path}`);
    return node;
  }

  /** Returns the nodes right inside a node. */
  children(path: string): readonly ChartNode[] {
    return this.#children.get(path) ?? [];
  }

  /** Returns the transitions that a node itself has. */
  edgesOf(path: string): readonly NumberedEdge[] {
    return this.#edgesOf.get(path) ?? [];
  }

  /** Returns the number of a transition that was taken; undefined if another version of the chart took it. */
  numberOf({ source, by, index }: Pick<NumberedEdge, 'source' | 'by' | 'index'>): number | undefined {
    return this.edgesOf(source).find((edge) => edge.by === by && edge.index === index)?.number;
  }
}
