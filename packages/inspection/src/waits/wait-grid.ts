/**
 * The grid of waits in layers: how large a node is, how many have room, and where each of them stands. Layers go from
 * left to right, and down where they are too many for that; nodes become small where there are many.
 */
import type { AgentId } from '@dragon/engine';
import type { WaitBlock } from './wait-blocks.ts';
import type { Cell, Layers, Size } from './wait-drawing.ts';

/** One way to draw layers. */
interface GridKind {
  readonly isDense: boolean;
  readonly isDown: boolean;
  /** Of a node, as parts of the size of one of a ring. */
  readonly width: number;
  readonly height: number;
  /** Least distances between nodes. */
  readonly ahead: number;
  readonly across: number;
}

const ROOMY = { isDense: false, width: 0.855, height: 1 };
const DENSE = { isDense: true, width: 0.672, height: 0.74 };
/** What a node holds stands below it, where that has room. */
const KINDS: readonly GridKind[] = [
  { ...ROOMY, isDown: false, ahead: 32, across: 32 },
  { ...ROOMY, isDown: true, ahead: 28, across: 16 },
  { ...DENSE, isDown: false, ahead: 26, across: 10 },
  { ...DENSE, isDown: true, ahead: 22, across: 14 },
];
const MARGIN = 14;
/** Nodes do not move further apart than this, in nodes: an arrow is to be short, and its words are to have room. */
const MOST_AHEAD = 2.1;
const MOST_ACROSS = 1.15;
/** Between blocks side by side, in layers. */
const LANE_GAP = 0.4;

/** Returns the first grid in which all blocks have room; undefined if there is none. */
export function gridFor(blocks: readonly WaitBlock[], area: Size, whole: Size): Layers | undefined {
  for (const kind of KINDS) {
    const node = { width: whole.width * kind.width, height: whole.height * kind.height };
    const [long, wide] = kind.isDown ? [node.height, node.width] : [node.width, node.height];
    const [length, breadth] = kind.isDown ? [area.height, area.width] : [area.width, area.height];
    const room = {
      layers: (length - 2 * MARGIN - long) / (long + kind.ahead) + 1,
      across: Math.floor((breadth - 2 * MARGIN - wide) / (wide + kind.across)) + 1,
    };
    const packed = packedCells(blocks, room);
    if (packed === undefined) continue;
    const ahead = pitch(length - 2 * MARGIN - long, packed.layers, long * (kind.isDown ? 2.4 : MOST_AHEAD));
    const beside = pitch(breadth - 2 * MARGIN - wide, packed.across, (wide + kind.across) * MOST_ACROSS);
    const start = {
      layer: (length - (packed.layers - 1) * ahead) / 2,
      across: (breadth - (packed.across - 1) * beside) / 2,
    };
    const place = ({ layer, across }: Cell) => {
      const [on, off] = [start.layer + layer * ahead, start.across + across * beside];
      return kind.isDown ? { x: off, y: on } : { x: on, y: off };
    };
    const hasSpare = !kind.isDense && !kind.isDown;
    return { area, node, isDense: kind.isDense, isDown: kind.isDown, hasSpare, cells: packed.cells, place };
  }
  return undefined;
}

/** Whether a cell is in the area, also one that the grid was not made for. */
export function isOnGrid(grid: Layers, cell: Cell): boolean {
  const { x, y } = grid.place(cell);
  const [besides, above] = [grid.node.width / 2 + MARGIN - 1, grid.node.height / 2 + MARGIN - 1];
  return x >= besides && y >= above && x <= grid.area.width - besides && y <= grid.area.height - above;
}

const pitch = (room: number, places: number, most: number): number =>
  places <= 1 ? most : Math.min(room / (places - 1), most);

interface Packed {
  readonly cells: ReadonlyMap<AgentId, Cell>;
  readonly layers: number;
  readonly across: number;
}

/** Blocks stand below one another, and where that is too many side by side, in lanes of much the same length. */
function packedCells(blocks: readonly WaitBlock[], room: { layers: number; across: number }): Packed | undefined {
  const sorted = blocks.toSorted((a, b) => b.depth - a.depth);
  const all = blocks.reduce((sum, { breadth }) => sum + breadth, 0);
  for (let most = 1; most <= blocks.length; most += 1)
    for (let limit = Math.ceil(all / most); limit <= room.across; limit += 1) {
      const lanes = lanesOf(sorted, limit);
      if (lanes === undefined || lanes.length > most) continue;
      const depth = lanes.reduce((sum, [first]) => sum + (first?.depth ?? 0), 0);
      if (depth > room.layers) break;
      const gap = lanes.length < 2 ? 0 : Math.min(LANE_GAP, (room.layers - depth) / (lanes.length - 1));
      return { cells: cellsIn(lanes, limit, gap), layers: depth + gap * (lanes.length - 1), across: limit };
    }
  return blocks.length === 0 ? { cells: new Map(), layers: 1, across: 1 } : undefined;
}

function lanesOf(blocks: readonly WaitBlock[], limit: number): WaitBlock[][] | undefined {
  const lanes: { readonly blocks: WaitBlock[]; length: number }[] = [];
  for (const block of blocks) {
    if (block.breadth > limit) return undefined;
    const lane = lanes.at(-1);
    if (lane === undefined || lane.length + block.breadth > limit)
      lanes.push({ blocks: [block], length: block.breadth });
    else {
      lane.blocks.push(block);
      lane.length += block.breadth;
    }
  }
  return lanes.map((lane) => lane.blocks);
}

/** Blocks of a lane end in one layer: there those stand who wait for nobody. */
function cellsIn(lanes: readonly WaitBlock[][], limit: number, gap: number): Map<AgentId, Cell> {
  const cells = new Map<AgentId, Cell>();
  let start = 0;
  for (const lane of lanes) {
    const depth = lane[0]?.depth ?? 0;
    const length = lane.reduce((sum, { breadth }) => sum + breadth, 0);
    let across = lanes.length > 1 ? 0 : (limit - length) / 2;
    for (const block of lane) {
      for (const [id, cell] of block.cells)
        cells.set(id, { layer: start + depth - block.depth + cell.layer, across: across + cell.across });
      across += block.breadth;
    }
    start += depth + gap;
  }
  return cells;
}
