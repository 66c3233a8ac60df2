/**
 * The painter of agents as cells: a shape for each look, on one canvas for a group. Only cells that have changed since
 * the last paint are painted, however many there are.
 */
import { type Look, LOOKS } from '@dragon/inspection';
import { PageTones } from './canvas-pen.ts';

/** What a cell shows: the number of its look, and these. */
export const CELL = { look: 7, faint: 8, selected: 16, hovered: 32, related: 64 } as const;

/** From this pitch on shapes have holes and crosses. */
const WHOLE_SHAPES = 8;
/** Of the shapes as they are in the legend. */
const VIEW = 12;
/** No cell has that. */
const UNKNOWN = 255;

export interface CellPlaces {
  readonly pitch: number;
  readonly columns: number;
}

export class CellPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #sprites = new Map<number, OffscreenCanvas>();
  #shown = new Uint8Array();
  #key = '';
  #tones: PageTones;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#tones = new PageTones(canvas);
  }

  /** Paints what has changed; returns how many cells that were. */
  paint(cells: Uint8Array, { pitch, columns }: CellPlaces): number {
    const ratio = devicePixelRatio;
    const tones = new PageTones(this.#canvas);
    const rows = Math.ceil(cells.length / columns);
    const key = [pitch, columns, cells.length, ratio, tones.colour('bg')].join(' ');
    if (key !== this.#key) {
      this.#key = key;
      this.#tones = tones;
      this.#sprites.clear();
      this.#shown = new Uint8Array(cells.length).fill(UNKNOWN);
      this.#canvas.width = Math.round(columns * pitch * ratio);
      this.#canvas.height = Math.round(rows * pitch * ratio);
    }
    const context = this.#canvas.getContext('2d');
    if (context === null) return 0;
    const at = (place: number): number => Math.round(place * pitch * ratio);
    let painted = 0;
    for (let i = 0; i < cells.length; i += 1) {
      const code = cells[i] ?? UNKNOWN;
      if (code === this.#shown[i]) continue;
      const column = i % columns;
      const row = (i - column) / columns;
      const [x, y] = [at(column), at(row)];
      if (this.#shown[i] !== UNKNOWN) context.clearRect(x, y, at(column + 1) - x, at(row + 1) - y);
      context.drawImage(this.#sprite(code, pitch, ratio), x, y);
      painted += 1;
    }
    this.#shown.set(cells);
    return painted;
  }

  #sprite(code: number, pitch: number, ratio: number): OffscreenCanvas {
    let sprite = this.#sprites.get(code);
    if (sprite !== undefined) return sprite;
    const size = Math.floor(pitch * ratio);
    sprite = new OffscreenCanvas(size, size);
    this.#sprites.set(code, sprite);
    const pen = sprite.getContext('2d');
    const look = LOOKS[code & CELL.look];
    if (pen === null || look === undefined) return sprite;
    pen.scale(ratio, ratio);
    if ((code & CELL.faint) !== 0) pen.globalAlpha = 0.2;
    if (pitch >= WHOLE_SHAPES) drawShape(pen, look, pitch, this.#tones);
    else drawSmallShape(pen, look, pitch, this.#tones);
    pen.globalAlpha = 1;
    const ring = (code & CELL.selected) !== 0 ? 2 : (code & (CELL.hovered | CELL.related)) !== 0 ? 1 : 0;
    if (ring > 0) {
      const width = pitch >= WHOLE_SHAPES ? ring : Math.min(ring, 1.5);
      pen.strokeStyle = this.#tones.colour((code & CELL.related) !== 0 && ring === 1 ? 'text2' : 'text');
      pen.lineWidth = width;
      pen.strokeRect(width / 2, width / 2, pitch - width, pitch - width);
    }
    return sprite;
  }
}

type Context = OffscreenCanvasRenderingContext2D;

const TONES = {
  run: 'run',
  ready: 'run',
  wait: 'wait',
  sleep: 'sleep',
  exit: 'line2',
  part: 'text3',
  find: 'find',
  held: 'text3',
} as const satisfies Readonly<Record<Look, unknown>>;

/** The shape of the legend, as large as the cell allows. */
function drawShape(pen: Context, look: Look, pitch: number, tones: PageTones): void {
  pen.save();
  const scale = Math.min(pitch - 1, pitch * 0.86) / VIEW;
  const edge = (pitch - VIEW * scale) / 2;
  pen.translate(edge, edge);
  pen.scale(scale, scale);
  pen.fillStyle = tones.colour(TONES[look]);
  pen.strokeStyle = tones.colour(TONES[look]);
  // Lines stay a pixel and a half wide, however small the shape.
  pen.lineWidth = Math.max(1.5, 1.1 / scale);
  pen.beginPath();
  switch (look) {
    case 'run':
      pen.fillRect(1.5, 1.5, 9, 9);
      break;
    case 'ready':
      pen.strokeRect(2.25, 2.25, 7.5, 7.5);
      break;
    case 'wait':
      diamond(pen, 6, 5.5);
      pen.fill();
      break;
    case 'find':
      pen.fillRect(0.5, 0.5, 11, 11);
      pen.strokeStyle = tones.colour('find-ink');
      pen.moveTo(3.5, 3.5);
      pen.lineTo(8.5, 8.5);
      pen.moveTo(8.5, 3.5);
      pen.lineTo(3.5, 8.5);
      pen.stroke();
      break;
    case 'sleep':
      pen.arc(6, 6, 2.25, 0, 2 * Math.PI);
      pen.fill();
      break;
    case 'exit':
      pen.moveTo(2.5, 6);
      pen.lineTo(9.5, 6);
      pen.stroke();
      break;
    case 'part':
      pen.arc(6, 6, 4, 0, 2 * Math.PI);
      pen.stroke();
      break;
    case 'held':
      pen.arc(6, 6, 4.25, 0, 2 * Math.PI);
      pen.stroke();
      pen.beginPath();
      pen.arc(6, 6, 1.75, 0, 2 * Math.PI);
      pen.fill();
      break;
  }
  pen.restore();
}

/** A shape of a few pixels: full squares, diamonds, points and dashes, told apart by size where not by form. */
function drawSmallShape(pen: Context, look: Look, pitch: number, tones: PageTones): void {
  const middle = pitch / 2;
  const square = (size: number): void => pen.fillRect(middle - size / 2, middle - size / 2, size, size);
  pen.fillStyle = tones.colour(TONES[look]);
  pen.beginPath();
  switch (look) {
    case 'find':
      square(pitch);
      break;
    case 'run':
      square(pitch - 1);
      break;
    case 'ready':
      square(pitch - 3);
      break;
    case 'wait':
      diamond(pen, middle, middle);
      pen.fill();
      break;
    case 'held':
      square(pitch - 2);
      break;
    case 'part':
    case 'sleep':
      square(pitch >= 7 ? 2 : 1.5);
      break;
    case 'exit':
      pen.fillRect(1, Math.floor(middle), pitch - 2, 1);
      break;
  }
}

function diamond(pen: Context, middle: number, reach: number): void {
  pen.moveTo(middle, middle - reach);
  pen.lineTo(middle + reach, middle);
  pen.lineTo(middle, middle + reach);
  pen.lineTo(middle - reach, middle);
  pen.closePath();
}
