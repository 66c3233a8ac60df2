/** Places of waits in layers as they were a moment before: who was there stays, and who is new takes a free one. */
import type { AgentId } from '@dragon/engine';
import { forwardEdges, type WaitBlock, waitBlocks } from './wait-blocks.ts';
import type { Cell, Layers } from './wait-drawing.ts';
import type { WaitEdge, WaitNode } from './wait-graph.ts';
import { isOnGrid } from './wait-grid.ts';

/** Steps of half a node, the nearest first. */
const ASIDE = Array.from({ length: 33 }, (_, i) => (i % 2 === 0 ? 1 : -1) * Math.ceil(i / 2) * 0.5);
const STEPS = Array.from({ length: 25 }, (_, i) => (i % 2 === 0 ? -1 : 1) * Math.ceil(i / 2));

/** Returns undefined if somebody must move, since an arrow would not lead on. */
export function keptCells(
  layers: Layers,
  nodes: readonly WaitNode[],
  edges: readonly WaitEdge[],
): ReadonlyMap<AgentId, Cell> | undefined {
  const cells = new Map<AgentId, Cell>();
  const isFree = (cell: Cell): boolean => [...cells.values()].every((taken) => !isNear(cell, taken, 1, 1));
  for (const { id, agents } of nodes) {
    const cell = agents.map((agent) => layers.cells.get(agent)).find((known) => known !== undefined);
    if (cell !== undefined && isFree(cell)) cells.set(id, cell);
  }
  const forward = forwardEdges(nodes, edges);
  for (const block of waitBlocks(nodes, edges)) {
    if (block.nodes.every(({ id }) => !cells.has(id))) placeBlock(block, layers, cells);
    else if (!placeRest(block, forward, layers, cells, isFree)) return undefined;
  }
  const layerOf = (id: AgentId): number => cells.get(id)?.layer ?? Number.NaN;
  return forward.some(({ from, to }) => layerOf(to) - layerOf(from) < 1 - SLACK) ? undefined : cells;
}

const SLACK = 0.01;

const isNear = (a: Cell, b: Cell, layers: number, across: number): boolean =>
  Math.abs(a.layer - b.layer) < layers - SLACK && Math.abs(a.across - b.across) < across - SLACK;

/** In one piece, where nobody is; nowhere if there is no such place. */
function placeBlock(block: WaitBlock, layers: Layers, cells: Map<AgentId, Cell>): void {
  const taken = [...cells.values()];
  const [depth, breadth] = [block.depth + 1, block.breadth + 1];
  const starts = [...new Set([...taken.map(({ layer }) => layer), ...STEPS])];
  for (const across of STEPS)
    for (const layer of starts) {
      const middle = { layer: layer + (block.depth - 1) / 2, across: across + (block.breadth - 1) / 2 };
      if (taken.some((cell) => isNear(middle, cell, depth / 2, breadth / 2))) continue;
      const moved = [...block.cells].map(
        ([id, cell]) => [id, { layer: layer + cell.layer, across: across + cell.across }] as const,
      );
      if (!moved.every(([, cell]) => isOnGrid(layers, cell))) continue;
      for (const [id, cell] of moved) cells.set(id, cell);
      return;
    }
}

/** Before whom each waits for, or after who waits for it, as near as can be. Returns whether all have a place. */
function placeRest(
  block: WaitBlock,
  forward: readonly WaitEdge[],
  layers: Layers,
  cells: Map<AgentId, Cell>,
  isFree: (cell: Cell) => boolean,
): boolean {
  const waiting = new Set(block.nodes.filter(({ id }) => !cells.has(id)).map(({ id }) => id));
  for (const _ of block.nodes)
    for (const id of waiting) {
      const known = (agents: AgentId[]): Cell[] => agents.flatMap((agent) => cells.get(agent) ?? []);
      const targets = known(forward.flatMap(({ from, to }) => (from === id ? [to] : [])));
      const waiters = known(forward.flatMap(({ from, to }) => (to === id ? [from] : [])));
      const [near] = [...targets, ...waiters];
      if (near === undefined) continue;
      const layer =
        targets.length > 0
          ? Math.min(...targets.map((cell) => cell.layer)) - 1
          : Math.max(...waiters.map((cell) => cell.layer)) + 1;
      const place = ASIDE.map((by) => ({ layer, across: near.across + by })).find(
        (cell) => isOnGrid(layers, cell) && isFree(cell),
      );
      if (place === undefined) return false;
      cells.set(id, place);
      waiting.delete(id);
    }
  return waiting.size === 0;
}
