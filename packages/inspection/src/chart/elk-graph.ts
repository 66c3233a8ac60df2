/**
 * One compound of a chart as ELK's layered algorithm takes it: flat, as what is in it has been laid out before. A label
 * is a node between two edges, not a label of ELK's: where it wraps a graph it loses the routes of edges with labels. A
 * line that leads back is handed over the other way round, so that there is no cycle and its label lies on the way.
 * States go by their own names, so that compounds that are alike are one graph wherever they stand.
 */
import { type GraphLine, type GraphNode, ownName } from './chart-graph.ts';
import { lineLabels } from './chart-text.ts';

/** The parts of ELK's JSON that are used: what is asked, and, with places, what is answered. */
export interface ElkNode {
  readonly id: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly children?: readonly ElkNode[];
  readonly edges?: readonly ElkEdge[];
  readonly layoutOptions?: Readonly<Record<string, string>>;
}

export interface ElkEdge {
  readonly id: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly sections?: readonly ElkSection[];
}

interface ElkSection {
  readonly startPoint: ElkPoint;
  readonly endPoint: ElkPoint;
  readonly bendPoints?: readonly ElkPoint[];
}

export interface ElkPoint {
  readonly x: number;
  readonly y: number;
}

/** A kind of text on a chart: names of states in mono, 12 px; labels and small words in sans, 11 px. */
export type TextFont = 'name' | 'label';

/** Returns the width of a text in pixels at a root font of 16 px. */
export type MeasureText = (text: string, font: TextFont) => number;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Heights and distances of the drawing, in pixels at a root font of 16 px. */
export const CHART_SIZES = {
  name: 12,
  label: 11,
  labelLine: 15,
  leaf: 28,
  closed: 42,
  /** The bar at the top of an open compound. */
  heading: 26,
  /** Room between an open compound's edge and what is in it. */
  inside: 14,
  /** Room of a name to the sides of its box, and of the mark before it. */
  side: 10,
  mark: 16,
  /** The dot before the first state of a compound. */
  start: 8,
} as const;

/** What is asked of ELK, and in which direction the states follow each other. */
export interface Wish {
  readonly direction: 'RIGHT' | 'DOWN';
  readonly isWrapped: boolean;
  readonly hasLabels: boolean;
}

/** How wide a drawing should be for its height, as a stage is. */
export const ASPECT = 2;

/** The dot before a compound's first state, and the line from it. */
export const START = '(start)';
/** The ring from which lines lead that are taken in whatever state. */
export const ANYWHERE = '(anywhere)';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeNode': '12',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.componentComponent': '20',
  'elk.layered.spacing.nodeNodeBetweenLayers': '18',
  'elk.layered.spacing.edgeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.aspectRatio': String(ASPECT),
};

/** Returns the graph of what is right inside an open compound; `sizeOf` says how much room each child takes. */
export function elkGraph(
  { children, lines }: Pick<GraphNode, 'children' | 'lines'>,
  sizeOf: (child: GraphNode) => Size,
  measure: MeasureText,
  { direction, isWrapped, hasLabels }: Wish,
): ElkNode {
  const first = children.find(({ isInitial }) => isInitial);
  const dot = (id: string): ElkNode => ({ id, width: CHART_SIZES.start, height: CHART_SIZES.start });
  const dots = [...(first === undefined ? [] : [dot(START)]), ...(lines.some(isAnywhere) ? [dot(ANYWHERE)] : [])];
  const boxes = children.map((child) => ({ id: child.name, ...sizeOf(child) }));
  const back = linesBack({ children, lines });
  const labels: ElkNode[] = [];
  const edges = lines.flatMap((line): ElkEdge[] => {
    const key = lineId(line);
    const ends = [[isAnywhere(line) ? ANYWHERE : ownName(line.source)], [ownName(line.target)]] as const;
    const [sources, targets] = back.has(line) ? [ends[1], ends[0]] : ends;
    if (!hasLabels) return [{ id: key, sources, targets }];
    const label = { id: labelKey(key), ...labelSize(line, measure) };
    labels.push(label);
    return [
      { id: key, sources, targets: [label.id] },
      { id: secondHalf(key), sources: [label.id], targets },
    ];
  });
  return {
    id: '(chart)',
    children: [...dots, ...boxes, ...labels],
    edges: first === undefined ? edges : [{ id: START, sources: [START], targets: [first.name] }, ...edges],
    layoutOptions: {
      ...OPTIONS,
      'elk.direction': direction,
      ...(isWrapped ? { 'elk.layered.wrapping.strategy': 'MULTI_EDGE' } : {}),
    },
  };
}

/**
 * Returns the lines that lead back to where a walk along the lines has come from. The walk starts at the first state
 * and takes the lines in the document's order.
 */
export function linesBack({ children, lines }: Pick<GraphNode, 'children' | 'lines'>): ReadonlySet<GraphLine> {
  const from = new Map<string, GraphLine[]>();
  for (const line of lines) from.set(line.source, [...(from.get(line.source) ?? []), line]);
  const back = new Set<GraphLine>();
  const onTheWay = new Set<string>();
  const done = new Set<string>();
  const walk = (path: string): void => {
    onTheWay.add(path);
    for (const line of from.get(path) ?? []) {
      if (onTheWay.has(line.target)) back.add(line);
      else if (!done.has(line.target)) walk(line.target);
    }
    onTheWay.delete(path);
    done.add(path);
  };
  const inOrder = children.toSorted((a, b) => Number(b.isInitial) - Number(a.isInitial));
  for (const { path } of inOrder) if (!done.has(path)) walk(path);
  return back;
}

function labelSize(line: GraphLine, measure: MeasureText): Size {
  const lines = lineLabels(line);
  const width = Math.max(...lines.map(({ text }) => measure(text, 'label')));
  return { width: Math.ceil(width) + 8, height: lines.length * CHART_SIZES.labelLine };
}

const isAnywhere = ({ source }: GraphLine): boolean => source === '';

/** Returns the name of a line in the graph of its compound. */
export const lineId = ({ source, target }: GraphLine): string => `${ownName(source)} ${ownName(target)}`;

/** The names of a line's label and of its part behind the label, beside the line's own. */
export const labelKey = (line: string): string => `${line} (label)`;
export const secondHalf = (line: string): string => `${line} (behind)`;
