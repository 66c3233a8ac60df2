/** Waits in layers, for where nobody waits in a circle. Who was there keeps its place as long as arrows lead on. */
import type { AgentId } from '@dragon/engine';
import { keptCells } from './kept-cells.ts';
import { forwardEdges, waitBlocks } from './wait-blocks.ts';
import {
  bent,
  type Box,
  type EdgeCurve,
  isInside,
  type Layers,
  type LayoutInput,
  loopOf,
  overlap,
  type Point,
  pointOn,
  type WaitLayout,
} from './wait-drawing.ts';
import type { WaitEdge, WaitNode } from './wait-graph.ts';
import { gridFor } from './wait-grid.ts';

/** So few need not stay small. */
const FEW = 6;
/** Where not all have room anyway, so many more may be left out for that nobody moves. */
const MOST_LEFT_OUT = 4;
/** Words on an arrow leave so much of it free on each side. */
const LABEL_GAP = 14;

export function layeredLayout(input: LayoutInput): WaitLayout {
  const { graph, before } = input;
  const ids = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
  const nodes = graph.nodes.filter(({ id }) => ids.has(id));
  const fresh = freshLayers(nodes, input);
  const kept = before?.layers && keptLayers(before.layers, nodes, input);
  if (kept === undefined || (kept.isDense && !fresh.isDense && nodes.length <= FEW)) return drawn(fresh, nodes, input);
  const needed = leftOut(fresh, nodes).length;
  if (leftOut(kept, nodes).length > needed + (needed > 0 ? MOST_LEFT_OUT : 0)) return drawn(fresh, nodes, input);
  const [now, then] = [drawn(fresh, nodes, input), drawn(kept, nodes, input)];
  return crossings(then) > crossings(now) ? now : then;
}

/** Those without room are left out, the least first; one who holds goes with the last who waits for it. */
function freshLayers(nodes: readonly WaitNode[], { graph, area, node }: LayoutInput): Layers {
  let drawable = nodes;
  for (;;) {
    const blocks = waitBlocks(drawable, edgesOf(drawable, graph.edges));
    const grid = gridFor(blocks, area, node);
    if (grid !== undefined) return withStacks(grid, drawable);
    const inBlocks = new Set(blocks.flatMap((block) => block.nodes));
    const last =
      drawable.findLast((each) => inBlocks.has(each) && !graph.edges.some(({ to }) => to === each.id)) ??
      drawable.at(-1);
    drawable = drawable.filter((each) => each !== last && inBlocks.has(each));
  }
}

function keptLayers(layers: Layers, nodes: readonly WaitNode[], { graph, area }: LayoutInput): Layers | undefined {
  if (layers.area.width !== area.width || layers.area.height !== area.height) return undefined;
  const edges = edgesOf(nodes, graph.edges);
  const cells = keptCells(layers, nodes, edges);
  return cells && withStacks({ ...layers, cells }, nodes);
}

const edgesOf = (nodes: readonly WaitNode[], edges: readonly WaitEdge[]): WaitEdge[] => {
  const ids = new Set(nodes.map(({ id }) => id));
  return edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
};

/** A stack whose first task has gone stays where it is. */
function withStacks(layers: Layers, nodes: readonly WaitNode[]): Layers {
  const cells = new Map(
    nodes.flatMap(({ id, agents }) => {
      const cell = layers.cells.get(id);
      return cell === undefined ? [] : agents.map((agent) => [agent, cell] as const);
    }),
  );
  return { ...layers, cells };
}

const leftOut = ({ cells }: Layers, nodes: readonly WaitNode[]): WaitNode[] => nodes.filter(({ id }) => !cells.has(id));

function drawn(layers: Layers, nodes: readonly WaitNode[], { graph, area, labelSize }: LayoutInput): WaitLayout {
  const boxes = new Map<AgentId, Box>();
  for (const { id } of nodes) {
    const cell = layers.cells.get(id);
    if (cell !== undefined) boxes.set(id, { ...layers.place(cell), ...layers.node });
  }
  const edges = graph.edges.filter(({ from, to }) => boxes.has(from) && boxes.has(to));
  const forward = new Set(forwardEdges(nodes, edges));
  const curves = edges.map((edge) => arrow(edge, boxes, edges, layers.isDown, forward.has(edge)));
  return {
    boxes,
    curves: layers.isDense || layers.isDown ? curves : labelled(curves, boxes, area, labelSize),
    spareSides: new Map(),
    ring: [],
    layers,
    left: leftOut(layers, nodes),
  };
}

/** From the side that faces the next layer to that which faces the one before; arrows to one node end side by side. */
function arrow(
  edge: WaitEdge,
  boxes: ReadonlyMap<AgentId, Box>,
  edges: readonly WaitEdge[],
  isDown: boolean,
  isForward: boolean,
): EdgeCurve {
  const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
  if (from === undefined || to === undefined) throw new Error('an arrow has no ends');
  if (edge.from === edge.to) return loopOf(edge, from, undefined);
  if (!isForward) return bent(edge, from, to, 0.45, undefined);
  const acrossOf = (id: AgentId): number => boxes.get(id)?.[isDown ? 'x' : 'y'] ?? 0;
  const queue = edges.filter((each) => each.to === edge.to).toSorted((a, b) => acrossOf(a.from) - acrossOf(b.from));
  const share = (queue.indexOf(edge) + 1) / (queue.length + 1) - 0.5;
  const [start, end]: [Point, Point] = isDown
    ? [
        { x: from.x, y: from.y + from.height / 2 },
        { x: to.x + share * to.width * 0.8, y: to.y - to.height / 2 },
      ]
    : [
        { x: from.x + from.width / 2, y: from.y },
        { x: to.x - to.width / 2, y: to.y + share * to.height * 0.8 },
      ];
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  const side = { x: middle.x, y: isDown ? middle.y : end.y };
  const away = (by: number): Point => (isDown ? { x: middle.x + by, y: middle.y } : { x: middle.x, y: middle.y + by });
  const controls = [isDown ? { x: end.x, y: middle.y } : side, middle, ...[80, -80, 160, -160, 240, -240].map(away)];
  const curves = controls.map((control) => ({ edge, from: start, control, to: end, label: undefined }));
  const free = curves.find((curve) => crossed(curve, boxes) === 0);
  return free ?? { edge, from: start, control: middle, to: end, label: undefined };
}

/** All arrows have their words, or none: then every task says itself what it waits for. */
function labelled(
  curves: readonly EdgeCurve[],
  boxes: ReadonlyMap<AgentId, Box>,
  area: LayoutInput['area'],
  labelSize: LayoutInput['labelSize'],
): readonly EdgeCurve[] {
  const told: EdgeCurve[] = curves.map((curve) => ({
    ...curve,
    label: { ...pointOn(curve, 0.5), ...labelSize(curve.edge) },
  }));
  const taken = [...boxes.values()].map((box) => ({ ...box, width: box.width + 2 * LABEL_GAP }));
  for (const { edge, label } of told) {
    if (label === undefined || !isInside(label, area) || taken.some((box) => overlap(box, label))) return curves;
    if (curves.some((curve) => curve.edge !== edge && pointsOf(curve).some((point) => overlap(point, label))))
      return curves;
    taken.push(label);
  }
  return told;
}

const pointsOf = (curve: EdgeCurve): Box[] =>
  Array.from({ length: 25 }, (_, i) => ({ ...pointOn(curve, i / 24), width: 1, height: 1 }));

/** How many nodes an arrow goes over. */
function crossed(curve: EdgeCurve, boxes: ReadonlyMap<AgentId, Box>): number {
  const points = pointsOf(curve);
  const { from, to } = curve.edge;
  return [...boxes].filter(([id, box]) => id !== from && id !== to && points.some((point) => overlap(point, box)))
    .length;
}

const crossings = ({ curves, boxes }: WaitLayout): number =>
  curves.reduce((sum, curve) => sum + crossed(curve, boxes), 0);
