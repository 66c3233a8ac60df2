/**
 * Canvas texts: what is written on the page's canvases right now. A canvas keeps no text, so this listens to what is
 * drawn, from before the page's first script: text that something opaque is painted over later is gone again.
 */
import { isShown, layerOf, pathOf, seenThrough } from './surroundings.ts';
import { type Box, intersection, type TextBox } from './text-box.ts';

/** In pixels of the canvas. */
interface Drawn {
  readonly text: string;
  readonly box: Box;
  readonly size: number;
  readonly colour: string;
  /** Letters outside of the clip region. */
  readonly isClipped: boolean;
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
type Surface = HTMLCanvasElement | OffscreenCanvas | ImageBitmap;

interface Region {
  clip: Box | undefined;
  /** The path since beginPath, if it is one rectangle. */
  path: Box | undefined;
  readonly saved: (Box | undefined)[];
}

const drawn = new WeakMap<object, Drawn[]>();
const regions = new WeakMap<Context, Region>();

/** Returns what the canvases in the document show. */
export function canvasTexts(): TextBox[] {
  return [...document.querySelectorAll('canvas')].filter(isShown).flatMap((canvas) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const [x, y] = [width / canvas.width, height / canvas.height];
    return (drawn.get(canvas) ?? []).map(({ text, box, size, colour, isClipped }): TextBox => {
      const onPage: Box = {
        left: left + box.left * x,
        right: left + box.right * x,
        top: top + box.top * y,
        bottom: top + box.bottom * y,
      };
      const whole = { left, top, right: left + width, bottom: top + height };
      const inside = intersection(onPage, whole);
      const isCut = isClipped || inside === undefined || inside.right - inside.left < onPage.right - onPage.left - 1.5;
      const around = inside && seenThrough(canvas, inside, false);
      return {
        text,
        where: pathOf(canvas),
        size: size * y,
        box: onPage,
        visible: around?.visible,
        cutBy: around?.cutBy ?? (isCut && inside !== undefined ? 'its canvas' : undefined),
        layer: layerOf(canvas),
        element: canvas,
        colour,
      };
    });
  });
}

/** What a method of a drawing context means for the texts on its canvas; called before the method itself. */
const LISTENERS: Readonly<Record<string, (context: Context, all: never) => void>> = {
  fillText: (context, [text, x, y, maxWidth]: readonly [string, number, number, number?]) =>
    note(context, text, x, y, maxWidth),
  clearRect: erase,
  fillRect: (context, all: readonly number[]) => {
    // A canvas writes an opaque colour as #rrggbb, and no other so.
    const { globalAlpha, fillStyle } = context;
    if (globalAlpha === 1 && typeof fillStyle === 'string' && fillStyle.startsWith('#')) erase(context, all);
  },
  drawImage: (context, [image, ...numbers]: readonly [Surface, ...number[]]) => copy(context, image, numbers),
  beginPath: (context) => {
    regionOf(context).path = undefined;
  },
  rect: (context, all: readonly number[]) => {
    regionOf(context).path = transformed(context, all);
  },
  clip: (context) => {
    const region = regionOf(context);
    if (region.path !== undefined) region.clip = intersection(region.clip ?? region.path, region.path) ?? region.path;
  },
  save: (context) => {
    const region = regionOf(context);
    region.saved.push(region.clip);
  },
  restore: (context) => {
    const region = regionOf(context);
    region.clip = region.saved.pop();
  },
};

/** Starts listening, in this document, to every canvas that there will be. */
export function listenToCanvases(): void {
  for (const prototype of [CanvasRenderingContext2D.prototype, OffscreenCanvasRenderingContext2D.prototype])
    for (const [name, listener] of Object.entries(LISTENERS)) {
      const method = Reflect.get(prototype, name) as (...all: unknown[]) => unknown;
      Reflect.set(prototype, name, function (this: Context, ...all: never[]) {
        listener(this, all as never);
        return method.apply(this, all);
      });
    }
  for (const prototype of [HTMLCanvasElement.prototype, OffscreenCanvas.prototype])
    for (const side of ['width', 'height'] as const) listenToSide(prototype, side);
  const transfer = Reflect.get(OffscreenCanvas.prototype, 'transferToImageBitmap');
  OffscreenCanvas.prototype.transferToImageBitmap = function () {
    const bitmap = transfer.call(this);
    drawn.set(bitmap, drawn.get(this) ?? []);
    drawn.delete(this);
    return bitmap;
  };
}

/** A new width or height, even the same one, makes a canvas empty. */
function listenToSide(prototype: HTMLCanvasElement | OffscreenCanvas, side: 'width' | 'height'): void {
  const property = Object.getOwnPropertyDescriptor(prototype, side);
  Object.defineProperty(prototype, side, {
    ...property,
    set(this: object, value: number) {
      drawn.delete(this);
      property?.set?.call(this, value);
    },
  });
}

function note(context: Context, text: string, x: number, y: number, maxWidth: number | undefined): void {
  if (text.trim() === '') return;
  const { actualBoundingBoxLeft, actualBoundingBoxRight, actualBoundingBoxAscent, actualBoundingBoxDescent, width } =
    context.measureText(text);
  const squeezed = maxWidth === undefined ? 1 : Math.min(1, maxWidth / width);
  const box = transformed(context, [
    x - actualBoundingBoxLeft * squeezed,
    y - actualBoundingBoxAscent,
    (actualBoundingBoxLeft + actualBoundingBoxRight) * squeezed,
    actualBoundingBoxAscent + actualBoundingBoxDescent,
  ]);
  const { a, b, c, d } = context.getTransform();
  const { clip } = regionOf(context);
  const inside = clip === undefined ? box : intersection(box, clip);
  if (inside === undefined) return;
  listOf(context.canvas).push({
    text: text.slice(0, 60),
    box: inside,
    size: sizeOf(context.font) * Math.sqrt(Math.abs(a * d - b * c)) * squeezed,
    colour: typeof context.fillStyle === 'string' ? context.fillStyle : '',
    isClipped: inside.right - inside.left < box.right - box.left - 1.5,
  });
}

function erase(context: Context, [x = 0, y = 0, width = 0, height = 0]: readonly number[]): void {
  const list = drawn.get(context.canvas);
  if (list === undefined) return;
  const whole = transformed(context, [x, y, width, height]);
  const { clip } = regionOf(context);
  const gone = clip === undefined ? whole : intersection(whole, clip);
  const { width: right, height: bottom } = context.canvas;
  // Of letters that reach over the edge only what lies within was seen.
  const isGone = (box: Box): boolean => {
    const seen = intersection(box, { left: 0, top: 0, right, bottom });
    return seen === undefined || (gone !== undefined && holdsCentre(gone, seen));
  };
  drawn.set(
    context.canvas,
    list.filter(({ box }) => !isGone(box)),
  );
}

/** What the image shows is shown here, at another place. */
function copy(context: Context, image: Surface, numbers: readonly number[]): void {
  const { width, height } = image;
  const [sx = 0, sy = 0, sw = width, sh = height] = numbers.length === 8 ? numbers : [];
  const [dx = 0, dy = 0, dw = sw, dh = sh] = numbers.length === 8 ? numbers.slice(4) : numbers;
  const list = drawn.get(image);
  // An image may have holes, but what is drawn with texts on it is painted whole.
  if (list === undefined) return;
  erase(context, [dx, dy, dw, dh]);
  const { clip } = regionOf(context);
  for (const { box, size, ...rest } of list) {
    const source = intersection(box, { left: sx, top: sy, right: sx + sw, bottom: sy + sh });
    if (source === undefined) continue;
    const target = transformed(context, [
      dx + ((source.left - sx) * dw) / sw,
      dy + ((source.top - sy) * dh) / sh,
      ((source.right - source.left) * dw) / sw,
      ((source.bottom - source.top) * dh) / sh,
    ]);
    const inside = clip === undefined ? target : intersection(target, clip);
    if (inside === undefined) continue;
    const scale = (target.bottom - target.top) / (source.bottom - source.top);
    listOf(context.canvas).push({ ...rest, box: inside, size: size * scale });
  }
}

function transformed(context: Context, [x = 0, y = 0, width = 0, height = 0]: readonly number[]): Box {
  const matrix = context.getTransform();
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ].map(([left, top]) => matrix.transformPoint({ x: left ?? 0, y: top ?? 0 }));
  const xs = corners.map((corner) => corner.x);
  const ys = corners.map((corner) => corner.y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function holdsCentre({ left, top, right, bottom }: Box, of: Box): boolean {
  const [x, y] = [(of.left + of.right) / 2, (of.top + of.bottom) / 2];
  return x >= left && x <= right && y >= top && y <= bottom;
}

function listOf(surface: object): Drawn[] {
  const list = drawn.get(surface) ?? [];
  drawn.set(surface, list);
  return list;
}

function regionOf(context: Context): Region {
  const region = regions.get(context) ?? { clip: undefined, path: undefined, saved: [] };
  regions.set(context, region);
  return region;
}

/** Of a font as a canvas says it, as in `500 12px Inter`. */
const sizeOf = (font: string) => Number(/([\d.]+)px/.exec(font)?.[1] ?? 0);
