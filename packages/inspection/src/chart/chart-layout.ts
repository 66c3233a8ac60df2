/**
 * Layout of a chart: boxes, lines and labels with their places. Compounds are laid out from the inside out, each for
 * itself, to the right or downwards, whichever fills a stage better, so that a chart nested nine deep stays in sight.
 * It is a generator that hands out graphs and is given what ELK made of them, as ELK runs in a worker or a process.
 */
import type { ChartGraph, GraphNode } from './chart-graph.ts';
import { type DrawnText, hiddenText, lineLabels } from './chart-text.ts';
import {
  ANYWHERE,
  ASPECT,
  CHART_SIZES,
  type ElkEdge,
  elkGraph,
  labelKey,
  lineId,
  linesBack,
  secondHalf,
  type ElkNode,
  type ElkPoint,
  type MeasureText,
  type Size,
  START,
  type Wish,
} from './elk-graph.ts';

/** A rectangle in pixels at a root font of 16 px, from the upper left corner of the drawing. */
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** A state or a compound; a compound comes before what is in it. */
export interface LayoutBox extends Rectangle, Pick<GraphNode, 'path' | 'kind' | 'name' | 'sleeps'> {
  /** The second line of a closed compound. */
  readonly hidden: string | undefined;
  /** How many compounds are around it. */
  readonly depth: number;
}

/** The dot before the first state of a compound, or the ring where lines begin that are taken in whatever state. */
export interface LayoutDot extends Rectangle {
  readonly kind: 'start' | 'anywhere';
}

/** A line and the label on it. */
export interface LayoutLine {
  /** Empty where it begins at a dot. */
  readonly source: string;
  readonly target: string;
  /** The transitions that it stands for, by their numbers; none where it leads to a compound's first state. */
  readonly edges: readonly number[];
  /** From its start to the tip of its arrow. */
  readonly points: readonly ElkPoint[];
  readonly label: (Rectangle & { readonly lines: readonly DrawnText[] }) | undefined;
}

/** How much of what is wished for a layout has, at the worst place: without wrapping, without labels, only boxes. */
export type LayoutRung = 'whole' | 'plain' | 'unlabelled' | 'list';

export interface ChartLayout extends Size {
  readonly hash: string;
  readonly rung: LayoutRung;
  readonly boxes: readonly LayoutBox[];
  readonly dots: readonly LayoutDot[];
  readonly lines: readonly LayoutLine[];
}

/** Hands out graphs; is given each with places, or undefined where ELK has none; returns the layout. */
export type LayoutSteps = Generator<ElkNode, ChartLayout, ElkNode | undefined>;

/** Room around the drawing. */
const MARGIN = 16;
/** A layout is taken as soon as there is one on its rung; of several the one that fits a stage best. */
const LADDER: readonly { readonly rung: LayoutRung; readonly wishes: readonly Wish[] }[] = [
  {
    rung: 'whole',
    wishes: [
      { direction: 'RIGHT', isWrapped: true, hasLabels: true },
      { direction: 'DOWN', isWrapped: false, hasLabels: true },
    ],
  },
  { rung: 'plain', wishes: [{ direction: 'RIGHT', isWrapped: false, hasLabels: true }] },
  { rung: 'unlabelled', wishes: [{ direction: 'RIGHT', isWrapped: false, hasLabels: false }] },
];

/** Lays a graph out. */
export function* layOutChart(graph: ChartGraph, measure: MeasureText): LayoutSteps {
  const inside = yield* laidOut(graph.root, measure);
  const drawing = { boxes: [], dots: [], lines: [] };
  const rungs = place(inside, MARGIN, MARGIN, 0, drawing);
  const rung = (['list', 'unlabelled', 'plain'] as const).find((each) => rungs.has(each)) ?? 'whole';
  return { hash: graph.hash, rung, width: inside.width + 2 * MARGIN, height: inside.height + 2 * MARGIN, ...drawing };
}

/** What is inside a compound, with places from its own corner. */
interface Inside extends Size {
  readonly node: GraphNode;
  readonly rung: LayoutRung;
  readonly places: ReadonlyMap<string, Rectangle>;
  readonly edges: ReadonlyMap<string, ElkEdge>;
  readonly within: ReadonlyMap<string, Inside>;
}

function* laidOut(node: GraphNode, measure: MeasureText): Generator<ElkNode, Inside, ElkNode | undefined> {
  const within = new Map<string, Inside>();
  for (const child of node.children) if (child.kind === 'open') within.set(child.path, yield* laidOut(child, measure));
  const sizeOf = (child: GraphNode): Size => boxSize(child, within.get(child.path), measure);
  for (const { rung, wishes } of LADDER) {
    let best: ElkNode | undefined;
    for (const wish of wishes) {
      const answer = yield elkGraph(node, sizeOf, measure, wish);
      if (answer !== undefined && isSound(answer) && (best === undefined || stageSize(answer) < stageSize(best)))
        best = answer;
    }
    if (best !== undefined) return read(node, rung, best, within);
  }
  return listed(node, sizeOf, within);
}

/** Returns whether every line leads from its source to its target without a slant: ELK has been seen to lose routes. */
function isSound({ children = [], edges = [] }: ElkNode): boolean {
  const places = new Map(children.map((child) => [child.id, child]));
  return edges.every((edge) => {
    const points = pointsOf([edge], 0, 0);
    return (
      isAt(points[0], places.get(edge.sources[0] ?? '')) &&
      isAt(points.at(-1), places.get(edge.targets[0] ?? '')) &&
      points.every((point, i) => {
        const before = points[i - 1] ?? point;
        return Math.abs(point.x - before.x) < NEAR || Math.abs(point.y - before.y) < NEAR;
      })
    );
  });
}

const NEAR = 0.5;

function isAt(point: ElkPoint | undefined, node: ElkNode | undefined): boolean {
  if (point === undefined || node === undefined) return false;
  const { x = 0, y = 0, width = 0, height = 0 } = node;
  const [right, down] = [point.x - x, point.y - y];
  return right > -NEAR && right < width + NEAR && down > -NEAR && down < height + NEAR;
}

/** Returns the height of the stage that shows all of a drawing. */
const stageSize = ({ width = 0, height = 0 }: Partial<Size>): number => Math.max(width / ASPECT, height);

function boxSize(node: GraphNode, inside: Size | undefined, measure: MeasureText): Size {
  const { side, mark, heading, inside: room } = CHART_SIZES;
  const hasMark = node.kind !== 'leaf' || node.sleeps !== undefined;
  const name = measure(node.name, 'name') + (hasMark ? mark : 0);
  if (inside !== undefined)
    return {
      width: Math.max(Math.ceil(name + 2 * side), inside.width + 2 * room),
      height: heading + inside.height + 2 * room,
    };
  if (node.kind === 'leaf') return { width: Math.ceil(name + 2 * side), height: CHART_SIZES.leaf };
  return {
    width: Math.ceil(Math.max(name, measure(hiddenText(node), 'label') + mark) + 2 * side),
    height: CHART_SIZES.closed,
  };
}

function read(node: GraphNode, rung: LayoutRung, answer: ElkNode, within: Inside['within']): Inside {
  const { width = 0, height = 0, children = [], edges = [] } = answer;
  const places = children.map(({ id, x = 0, y = 0, width: w = 0, height: h = 0 }): readonly [string, Rectangle] => [
    id,
    { x, y, width: w, height: h },
  ]);
  return {
    node,
    rung,
    width,
    height,
    places: new Map(places),
    edges: new Map(edges.map((edge) => [edge.id, edge])),
    within,
  };
}

/** Returns boxes without lines, one below the other. */
function listed(node: GraphNode, sizeOf: (child: GraphNode) => Size, within: Inside['within']): Inside {
  const places = new Map<string, Rectangle>();
  let [width, y] = [0, 0];
  for (const child of node.children) {
    const size = sizeOf(child);
    places.set(child.name, { x: 0, y, ...size });
    width = Math.max(width, size.width);
    y += size.height + 8;
  }
  return { node, rung: 'list', width, height: Math.max(0, y - 8), places, edges: new Map(), within };
}

interface Drawing {
  readonly boxes: LayoutBox[];
  readonly dots: LayoutDot[];
  readonly lines: LayoutLine[];
}

/** Puts what is inside a compound where it belongs on the drawing; returns the rungs that were needed. */
function place(
  { node, rung, places, edges, within }: Inside,
  x: number,
  y: number,
  depth: number,
  to: Drawing,
): Set<LayoutRung> {
  const rungs = new Set([rung]);
  const moved = (at: Rectangle): Rectangle => ({ ...at, x: x + at.x, y: y + at.y });
  for (const child of node.children) {
    const { path, kind, name, sleeps } = child;
    const box = moved(places.get(name) ?? { x: 0, y: 0, width: 0, height: 0 });
    const hidden = kind === 'closed' ? hiddenText(child) : undefined;
    to.boxes.push({ path, kind, name, sleeps, hidden, depth, ...box });
    const inside = within.get(path);
    if (inside === undefined) continue;
    const { heading, inside: room } = CHART_SIZES;
    // A name may be wider than what is inside.
    const left = Math.max(room, (box.width - inside.width) / 2);
    for (const each of place(inside, box.x + left, box.y + heading + room, depth + 1, to)) rungs.add(each);
  }
  for (const [id, kind] of [
    [START, 'start'],
    [ANYWHERE, 'anywhere'],
  ] as const) {
    const dot = places.get(id);
    if (dot !== undefined) to.dots.push({ kind, ...moved(dot) });
  }
  const first = edges.get(START);
  if (first !== undefined) {
    const target = node.children.find(({ isInitial }) => isInitial)?.path ?? '';
    to.lines.push({ source: '', target, edges: [], points: pointsOf([first], x, y), label: undefined });
  }
  const back = linesBack(node);
  for (const line of node.lines) {
    const key = lineId(line);
    const parts = [edges.get(key), edges.get(secondHalf(key))].filter((part) => part !== undefined);
    if (parts.length === 0) continue;
    const label = places.get(labelKey(key));
    to.lines.push({
      source: line.source,
      target: line.target,
      edges: line.edges.map(({ number }) => number),
      points: back.has(line) ? pointsOf(parts, x, y).toReversed() : pointsOf(parts, x, y),
      label: label && { ...moved(label), lines: lineLabels(line) },
    });
  }
  return rungs;
}

const pointsOf = (parts: readonly ElkEdge[], x: number, y: number): ElkPoint[] =>
  parts.flatMap(({ sections = [] }) =>
    sections.flatMap(({ startPoint, bendPoints = [], endPoint }) =>
      [startPoint, ...bendPoints, endPoint].map((point) => ({ x: x + point.x, y: y + point.y })),
    ),
  );
