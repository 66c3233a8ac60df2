/** Parts of a drawing of waits, whether as a ring or in layers: boxes, arrows between them, and where each stands. */
import type { AgentId } from '@dragon/engine';
import type { WaitEdge, WaitGraphView, WaitNode } from './wait-graph.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its middle. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * An arrow, as a quadratic curve from border to border. One between two tasks of the ring has a label; one from outside
 * has none, as the task itself says what it waits for.
 */
export interface EdgeCurve {
  readonly edge: WaitEdge;
  readonly from: Point;
  readonly control: Point;
  readonly to: Point;
  readonly label: Box | undefined;
}

/** A place among layers: the layers count up along the arrows; several of one layer stand across. */
export interface Cell {
  readonly layer: number;
  readonly across: number;
}

export interface Layers {
  readonly area: Size;
  /** Nodes are so small that each says only who it is and what it waits for. */
  readonly isDense: boolean;
  /** Arrows lead down, not to the right. */
  readonly isDown: boolean;
  /** Whether there is room for what a node holds. */
  readonly hasSpare: boolean;
  /** The place of every task, also of those of a stack. */
  readonly cells: ReadonlyMap<AgentId, Cell>;
  /** The middle of a cell. */
  readonly place: (cell: Cell) => Point;
  readonly node: Size;
}

export interface WaitLayout {
  readonly boxes: ReadonlyMap<AgentId, Box>;
  readonly curves: readonly EdgeCurve[];
  /** The places of the ring, clockwise from the top, as far as they are taken. */
  readonly ring: readonly (AgentId | undefined)[];
  /** Where it is said what a node holds: below, if it is not here. */
  readonly spareSides: ReadonlyMap<AgentId, 'above' | 'beside'>;
  /** Undefined of a ring. */
  readonly layers: Layers | undefined;
  /** Nodes for which there was no place. */
  readonly left: readonly WaitNode[];
}

export interface LayoutInput {
  readonly graph: Pick<WaitGraphView, 'nodes' | 'edges' | 'cycle'>;
  readonly area: Size;
  readonly node: Size;
  /** How wide a node of several tasks is. */
  readonly stackWidth: number;
  /** How wide what a node holds is if it stands beside the node. */
  readonly spareWidth: number;
  /** The size of an edge's label. */
  readonly labelSize: (edge: WaitEdge) => Size;
  /** Whom the ring is for if the run is known to close one: in their order, so that they stand there before. */
  readonly parties: readonly AgentId[];
  /** Whether the run goes on, so that a chain may still become a ring. */
  readonly mayClose: boolean;
  readonly before: WaitLayout | undefined;
}

export const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

/** Returns an arrow that bends to the left of its way by a part of its length. */
export function bent(edge: WaitEdge, from: Box, to: Box, bend: number, labelSize: Size | undefined): EdgeCurve {
  const control = {
    x: (from.x + to.x) / 2 + (to.y - from.y) * bend,
    y: (from.y + to.y) / 2 - (to.x - from.x) * bend,
  };
  const [start, end] = [onBorder(from, control), onBorder(to, control)];
  const curve = { edge, from: start, control, to: end };
  return { ...curve, label: labelSize && { ...pointOn(curve, 0.5), ...labelSize } };
}

export function pointOn({ from, control, to }: Pick<EdgeCurve, 'from' | 'control' | 'to'>, part: number): Point {
  const rest = 1 - part;
  const [a, b, c] = [rest * rest, 2 * part * rest, part * part];
  return { x: a * from.x + b * control.x + c * to.x, y: a * from.y + b * control.y + c * to.y };
}

/** Returns where the line from a box's middle to a point leaves the box. */
function onBorder(box: Box, towards: Point): Point {
  const [dx, dy] = [towards.x - box.x, towards.y - box.y];
  const scale = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : box.width / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : box.height / 2 / Math.abs(dy),
    1,
  );
  return { x: box.x + dx * scale, y: box.y + dy * scale };
}

/** A task that waits for itself. */
export function loopOf(edge: WaitEdge, { x, y, width, height }: Box, labelSize: Size | undefined): EdgeCurve {
  const bottom = y + height / 2;
  const control = { x, y: bottom + height * 1.5 };
  return {
    edge,
    from: { x: x + width / 4, y: bottom },
    control,
    to: { x: x - width / 4, y: bottom },
    label: labelSize && { x, y: (bottom + control.y) / 2, ...labelSize },
  };
}

export const isInside = ({ x, y, width, height }: Box, area: Size): boolean =>
  x >= width / 2 && y >= height / 2 && x <= area.width - width / 2 && y <= area.height - height / 2;
