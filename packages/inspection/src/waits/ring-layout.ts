/**
 * Waits as a ring: whoever is in somebody's way stands on a ring, in the order of the waits, so that a
 * chain that closes is a circle without anything having moved; whoever only waits stands outside, near whom it waits
 * for. A node that was there keeps its place.
 */
import type { AgentId } from '@dragon/engine';
import type { WaitEdge, WaitNode } from './wait-graph.ts';
import {
  bent,
  type Box,
  type EdgeCurve,
  isInside,
  type LayoutInput,
  loopOf,
  overlap,
  type Point,
  pointOn,
  type Size,
  type WaitLayout,
} from './wait-drawing.ts';

const GAP = 12;
/** An arrow needs room to be seen, and what a task holds stands below it. */
const OUTSIDE_GAP = 28;
/** Distance between the places that are tried for a node outside of the ring. */
const STEP = 16;
/** A ring of more nodes cannot be read. */
const MOST_ON_RING = 8;
/** Labels are mostly so wide, in nodes. */
const LABEL_SHARE = 0.7;
/** What stands above or below a node has one line. */
const SPARE_HEIGHT = 20;

export function ringLayout({
  graph,
  area,
  node,
  stackWidth,
  spareWidth,
  labelSize,
  parties,
  before,
}: LayoutInput): WaitLayout {
  const ring = ringOf(graph, parties, before?.ring ?? [], ringRoom(area, node));
  const boxes = new Map<AgentId, Box>();
  const centre = { x: area.width / 2, y: area.height / 2 };
  for (const [i, agent] of ring.entries())
    if (agent !== undefined && graph.nodes.some(({ id }) => id === agent))
      boxes.set(agent, { ...ringPlace(i, ring.length, area, node), ...node });
  const inner = graph.edges.filter(({ from, to }) => boxes.has(from) && boxes.has(to));
  const curves: EdgeCurve[] = [];
  for (const edge of inner)
    curves.push(curveOf(edge, boxes, area, labelSize(edge), curves, edge.isParty && graph.cycle.length > 0));
  // Also where there is no arrow yet: nobody must make way for one.
  const taken = [
    ...boxes.values(),
    ...ringBoxes(ring.length, area, node),
    ...curves.flatMap(({ label }) => label ?? []),
  ];
  const left: WaitNode[] = [];
  for (const each of outsideOf(graph, boxes)) {
    const targets = graph.edges.flatMap(({ from, to }) => (from === each.id ? (boxes.get(to) ?? []) : []));
    const near = each.isParty ? [...targets, ...waitersOf(each, graph, boxes)] : targets.slice(0, 1);
    const size = each.agents.length > 1 ? { ...node, width: stackWidth } : node;
    const wish = { near: near.length > 0 ? middleOf(near) : centre, targets, isAmid: each.isParty };
    const place = placeFor(area, size, wish, taken, [...boxes.values()], before?.boxes.get(each.id));
    if (place === undefined) {
      left.push(each);
      continue;
    }
    boxes.set(each.id, place);
    taken.push(place);
  }
  const outer = graph.edges.filter((edge) => !inner.includes(edge) && boxes.has(edge.from) && boxes.has(edge.to));
  curves.push(...outer.map((edge) => curveOf(edge, boxes, area, undefined, [])));
  return {
    boxes,
    curves,
    spareSides: spareSidesOf(boxes, curves, area, spareWidth),
    ring,
    layers: undefined,
    left,
  };
}

/**
 * Whoever holds something that others wait for, or may come to wait for while it waits itself, in the order of the
 * waits; who had a place keeps it.
 */
function ringOf(
  { nodes, edges }: LayoutInput['graph'],
  parties: readonly AgentId[],
  before: readonly (AgentId | undefined)[],
  room: number,
): readonly (AgentId | undefined)[] {
  if (parties.length > 0 && parties.length <= MOST_ON_RING) return isInOrder(parties, before) ? before : parties;
  const onRing = nodes.filter(
    ({ isHolder, agents, spareHolds }) => isHolder || (agents.length === 1 && spareHolds.length > 0),
  );
  const wanted = inOrderOfWaits(
    onRing.map(({ id }) => id),
    edges,
  ).slice(0, room);
  const kept = before.map((agent) => (agent !== undefined && wanted.includes(agent) ? agent : undefined));
  const fresh = wanted.filter((agent) => !kept.includes(agent));
  const filled = kept.map((agent) => agent ?? fresh.shift());
  const all = [...filled, ...fresh].slice(0, Math.max(room, 3));
  // A ring of three places looks the same while it fills up.
  return all.length >= 3 ? all : [...all, ...Array.from({ length: 3 - all.length }, () => undefined)];
}

/** Returns how many tasks have room on the ring of an area: three at least. */
function ringRoom(area: Size, node: Size): number {
  for (let places = MOST_ON_RING; places > 3; places -= 1) {
    const boxes = Array.from({ length: places }, (_, i) => ({ ...ringPlace(i, places, area, node), ...node }));
    if (boxes.every((box, i) => boxes.every((other, j) => i === j || !overlap(box, other)))) return places;
  }
  return 3;
}

/** Whether the parties stand on the ring already, one after another as they wait. */
function isInOrder(parties: readonly AgentId[], ring: readonly (AgentId | undefined)[]): boolean {
  const places = parties.map((party) => ring.indexOf(party));
  const descents = places.filter((place, i) => place > (places[(i + 1) % places.length] ?? -1)).length;
  return !places.includes(-1) && descents <= 1;
}

function inOrderOfWaits(agents: readonly AgentId[], edges: readonly WaitEdge[]): AgentId[] {
  const ordered: AgentId[] = [];
  const isAwaited = new Set(edges.filter(({ from }) => agents.includes(from)).map(({ to }) => to));
  const visit = (agent: AgentId): void => {
    if (ordered.includes(agent) || !agents.includes(agent)) return;
    ordered.push(agent);
    for (const { from, to } of edges) if (from === agent) visit(to);
  };
  for (const agent of agents) if (!isAwaited.has(agent)) visit(agent);
  for (const agent of agents) visit(agent);
  return ordered;
}

/** The first place is at the top; two stand side by side. */
function ringPlace(place: number, places: number, area: Size, node: Size): Point {
  const start = places === 2 ? Math.PI : -Math.PI / 2;
  const angle = start + (place * 2 * Math.PI) / places;
  const radiusX = Math.max(0, (area.width - node.width) / 2 - GAP * 2);
  const radiusY = Math.max(0, (area.height - node.height) / 2 - GAP);
  // Three stand on the corners of the area: their circle would waste its lower part.
  const y = places === 3 && place > 0 ? 1 : Math.sin(angle);
  return {
    x: area.width / 2 + radiusX * Math.cos(angle) * (places === 3 ? 1.06 : 1),
    y: area.height / 2 + radiusY * y,
  };
}

/** Nodes outside of the ring, those with a place to go to first. */
const outsideOf = ({ nodes }: LayoutInput['graph'], boxes: ReadonlyMap<AgentId, Box>): readonly WaitNode[] =>
  nodes.filter(({ id }) => !boxes.has(id));

/** Those on the drawing who wait for one that a ring of its own goes through, too. */
const waitersOf = ({ id }: WaitNode, { edges }: LayoutInput['graph'], boxes: ReadonlyMap<AgentId, Box>): Box[] =>
  edges.flatMap(({ from, to, isParty }) => (to === id && isParty ? (boxes.get(from) ?? []) : []));

const middleOf = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});

interface Wish {
  readonly near: Point;
  /** Whom it waits for: the way to them is to be free. */
  readonly targets: readonly Box[];
  /** One of a second ring through the same tasks stands inside of the first: outside, its arrows would cross that. */
  readonly isAmid: boolean;
}

/** Returns the free place nearest to where it wants to be, or the one it had. */
function placeFor(
  area: Size,
  node: Size,
  { near, targets, isAmid }: Wish,
  taken: readonly Box[],
  nodes: readonly Box[],
  before: Box | undefined,
): Box | undefined {
  // One that has become several is smaller, and stays where it was.
  const kept = before && { ...before, ...node };
  if (kept !== undefined && taken.every((box) => !overlap(box, kept))) return kept;
  let best: Box | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let y = node.height / 2 + GAP; y <= area.height - node.height / 2 - GAP; y += STEP)
    for (let x = node.width / 2 + GAP; x <= area.width - node.width / 2 - GAP; x += STEP) {
      const place = { x, y, ...node };
      // Outside of the ring is better, however far.
      const costly = !isAmid && Math.hypot(x / area.width - 0.5, y / area.height - 0.5) < 0.35;
      const distance = Math.hypot(x - near.x, y - near.y) * (costly ? 4 : 1);
      if (distance >= bestDistance || !isFree(place, taken)) continue;
      const cost = distance * (1 + inTheWay(place, targets, nodes));
      if (cost < bestDistance) [best, bestDistance] = [place, cost];
    }
  return best;
}

/** How many nodes lie on the ways from a place to those waited for. */
function inTheWay(place: Point, targets: readonly Box[], nodes: readonly Box[]): number {
  let count = 0;
  for (const target of targets) {
    const [from, to] = [place, target];
    const way = { from, to, control: middleOf([from, to]) };
    const points = Array.from({ length: 17 }, (_, i) => ({ ...pointOn(way, i / 16), width: 1, height: 1 }));
    count += nodes.filter((box) => box !== target && points.some((point) => overlap(point, box))).length;
  }
  return count;
}

const isFree = (place: Box, taken: readonly Box[]): boolean =>
  taken.every(
    (box) =>
      Math.abs(box.x - place.x) >= (box.width + place.width) / 2 + OUTSIDE_GAP / 2 ||
      Math.abs(box.y - place.y) >= (box.height + place.height) / 2 + OUTSIDE_GAP,
  );

/**
 * How far a curve bends to the left of its way, as a part of its length: outwards where the ring goes clockwise. The
 * first at which its label is free.
 */
const BENDS = [0.16, 0.08, 0, 0.3, 0.45, 0.6, -0.16, -0.3];

function curveOf(
  edge: WaitEdge,
  boxes: ReadonlyMap<AgentId, Box>,
  area: Size,
  labelSize: Size | undefined,
  others: readonly EdgeCurve[],
  isNeeded = false,
): EdgeCurve {
  const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
  if (from === undefined || to === undefined) throw new Error('an arrow has no ends');
  if (edge.from === edge.to) return loopOf(edge, from, labelSize);
  if (labelSize === undefined) return bent(edge, from, to, 0, undefined);
  const taken = [...boxes.values(), ...others.flatMap(({ label }) => label ?? [])];
  const curves = BENDS.map((bend) => bent(edge, from, to, bend, labelSize));
  const free = ({ label }: EdgeCurve): boolean =>
    label !== undefined && isInside(label, area) && taken.every((box) => !overlap(box, label));
  // Of a crowd an arrow goes without its words; those of a deadlock are what the drawing is for.
  return curves.find(free) ?? bent(edge, from, to, BENDS[0] ?? 0, isNeeded ? labelSize : undefined);
}

/** What a node holds stands below it, unless arrows are there and there is room elsewhere. */
function spareSidesOf(
  boxes: ReadonlyMap<AgentId, Box>,
  curves: readonly EdgeCurve[],
  area: Size,
  width: number,
): ReadonlyMap<AgentId, 'above' | 'beside'> {
  const sides = new Map<AgentId, 'above' | 'beside'>();
  const all = [...boxes.values(), ...curves.flatMap(({ label }) => label ?? [])];
  for (const [id, box] of boxes) {
    if (!isCrossedBelow(box, curves)) continue;
    const beside = { ...box, x: box.x + (box.width + width) / 2, width };
    if (box.y - box.height / 2 >= SPARE_HEIGHT) sides.set(id, 'above');
    else if (isInside(beside, area) && all.every((each) => each === box || !overlap(each, beside)))
      sides.set(id, 'beside');
  }
  return sides;
}

/** Whether an arrow begins or ends at the lower edge of a node, and none at its upper edge. */
function isCrossedBelow(box: Box, curves: readonly EdgeCurve[]): boolean {
  const ends = curves.flatMap(({ from, to }) => [from, to]).filter(({ x }) => Math.abs(x - box.x) <= box.width / 2);
  const isAt = (edge: number): boolean => ends.some(({ y }) => Math.abs(y - edge) < 1);
  return isAt(box.y + box.height / 2) && !isAt(box.y - box.height / 2);
}

/** Little boxes along the whole ring, and one where each arrow may have its label. */
function ringBoxes(places: number, area: Size, node: Size): Box[] {
  if (places < 2) return [];
  return Array.from({ length: places }).flatMap((_, i): Box[] => {
    const [from, to] = [ringPlace(i, places, area, node), ringPlace((i + 1) % places, places, area, node)];
    return [0, BENDS[0] ?? 0].flatMap((bend) => {
      const control = {
        x: (from.x + to.x) / 2 + (to.y - from.y) * bend,
        y: (from.y + to.y) / 2 - (to.x - from.x) * bend,
      };
      const curve = { from, control, to };
      const points = Array.from({ length: 17 }, (_each, n) => ({ ...pointOn(curve, n / 16), width: 1, height: 1 }));
      return [...points, { ...pointOn(curve, 0.5), width: node.width * LABEL_SHARE, height: node.height / 2 }];
    });
  });
}
