/**
 * The graph of a statechart as it is drawn: compounds are closed unless somebody opened them, transitions with the same
 * ends are one line, and a line joins states of one compound. Where a transition crosses the edge of a compound, or
 * belongs to what a closed one hides, the line leads from or to the compound.
 */
import { Hasher, parentPath } from '@dragon/engine';
import type { ChartIndex, NumberedEdge } from './chart-index.ts';

/** A state, or a compound that is closed or open. */
export interface GraphNode {
  readonly path: string;
  readonly kind: 'leaf' | 'closed' | 'open';
  /** Its name within the compound around it. */
  readonly name: string;
  /** How many leaves it hides; 0 unless closed. */
  readonly hidden: number;
  /** The tag that says how it sleeps, if it does. */
  readonly sleeps: 'blocked' | 'sleeping' | undefined;
  readonly isInitial: boolean;
  /** In the document's order; empty unless open. */
  readonly children: readonly GraphNode[];
  /** Between children. */
  readonly lines: readonly GraphLine[];
}

/** A line of the drawing: the transitions that it stands for, at least one. */
export interface GraphLine {
  /** Empty for the root's own, which are taken in whatever state. */
  readonly source: string;
  readonly target: string;
  readonly edges: readonly NumberedEdge[];
}

export interface ChartGraph {
  /** Always open; its children are what is drawn. */
  readonly root: GraphNode;
  /** The same for the same drawing, whoever has the chart. */
  readonly hash: string;
}

/**
 * Returns the compounds that are open where `active` states are, and others opened by hand: those around an open one
 * are open, too. In the document's order.
 */
export function openCompounds(index: ChartIndex, active: ReadonlySet<string>, byHand: Iterable<string> = []): string[] {
  const open = new Set<string>();
  for (const path of [...active, ...byHand])
    for (let each = path; each !== ''; each = parentPath(each)) if (index.children(each).length > 0) open.add(each);
  return allCompounds(index).filter((path) => open.has(path));
}

/** Returns every compound of a chart but the root, in the document's order. */
export const allCompounds = (index: ChartIndex): string[] =>
  index.chart.nodes.flatMap(({ path }) => (path !== '' && index.children(path).length > 0 ? [path] : []));

/** Returns the graph in which these compounds are open; one inside a closed one does not count. */
export function chartGraph(index: ChartIndex, open: Iterable<string>): ChartGraph {
  const isOpen = new Set(['', ...open]);
  const linesOf = linesByCompound(index, isOpen);
  const graphNode = (path: string): GraphNode => {
    const { type, tags } = index.node(path);
    const inside = index.children(path);
    const kind = inside.length === 0 ? 'leaf' : isOpen.has(path) ? 'open' : 'closed';
    const parent = index.node(parentPath(path));
    const name = ownName(path);
    return {
      path,
      kind,
      name,
      hidden: kind === 'closed' ? leavesIn(index, path) : 0,
      sleeps: tags.includes('blocked') ? 'blocked' : tags.includes('sleeping') ? 'sleeping' : undefined,
      isInitial: path !== '' && parent.initial === name && type !== 'final',
      children: kind === 'open' ? inside.map((child) => graphNode(child.path)) : [],
      lines: kind === 'open' ? (linesOf.get(path) ?? []) : [],
    };
  };
  return { root: graphNode(''), hash: hashOf(index, isOpen) };
}

/** Returns the name of a state within the compound around it. */
export const ownName = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

const leavesIn = (index: ChartIndex, path: string): number => {
  const inside = index.children(path);
  return inside.length === 0 ? 1 : inside.reduce((leaves, child) => leaves + leavesIn(index, child.path), 0);
};

function linesByCompound(index: ChartIndex, isOpen: ReadonlySet<string>): ReadonlyMap<string, GraphLine[]> {
  const byEnds = new Map<string, GraphLine & { readonly edges: NumberedEdge[] }>();
  const byCompound = new Map<string, GraphLine[]>();
  for (const edge of index.edges) {
    for (const target of edge.target) {
      const ends = lineEnds(edge.source, target);
      if (ends === undefined || !isShown(ends.compound, isOpen)) continue;
      const key = `${ends.source} ${ends.target}`;
      const known = byEnds.get(key);
      if (known !== undefined) {
        known.edges.push(edge);
        continue;
      }
      const line = { source: ends.source, target: ends.target, edges: [edge] };
      byEnds.set(key, line);
      const lines = byCompound.get(ends.compound);
      if (lines === undefined) byCompound.set(ends.compound, [line]);
      else lines.push(line);
    }
  }
  return byCompound;
}

/** Returns the innermost compound around both ends of a transition, and the child of it that has, or is, each end. */
function lineEnds(
  source: string,
  target: string,
): { readonly compound: string; readonly source: string; readonly target: string } | undefined {
  if (target === '') return undefined;
  const [from, to] = [source.split('.'), target.split('.')];
  let common = 0;
  while (common < from.length - 1 && common < to.length - 1 && from[common] === to[common]) common += 1;
  const upTo = (path: readonly string[], length: number) => path.slice(0, length).join('.');
  return { compound: upTo(from, common), source: upTo(from, common + 1), target: upTo(to, common + 1) };
}

function isShown(compound: string, isOpen: ReadonlySet<string>): boolean {
  for (let path = compound; path !== ''; path = parentPath(path)) if (!isOpen.has(path)) return false;
  return true;
}

function hashOf({ chart }: ChartIndex, isOpen: ReadonlySet<string>): string {
  const hasher = new Hasher();
  hasher.json(chart as never);
  hasher.json([...isOpen]);
  return hasher.hex();
}
