/** Shape distance: how different small drawings are to a reader who sees no hue. */
import type { Box } from './text-box.ts';

/** Pixels compare at this size, whatever size the drawings have. */
const SIDE = 24;

/**
 * Returns for each pair of places in a picture of the page, first to last, the share of pixels, 0 to 1, in which they
 * differ once they are grey: of those that either has drawn on, as the ground is the same. Two that are empty do not
 * differ.
 */
export async function shapeDistances(picture: Blob, places: readonly Box[]): Promise<number[]> {
  const image = await createImageBitmap(picture);
  const scale = image.width / document.documentElement.clientWidth;
  const inks = places.map((place) => inkOf(image, place, scale));
  return inks.flatMap((one, i) => inks.slice(i + 1).map((other) => distance(one, other)));
}

function distance(one: readonly number[], other: readonly number[]): number {
  const drawnOn = one.reduce((sum, ink, i) => sum + Math.max(ink, other[i] ?? 0), 0);
  const apart = one.reduce((sum, ink, i) => sum + Math.abs(ink - (other[i] ?? 0)), 0);
  return drawnOn === 0 ? 0 : apart / drawnOn;
}

/** How far each pixel is, 0 to 1, from the ground: the colour of the first pixel. */
function inkOf(image: ImageBitmap, { left, top, right, bottom }: Box, scale: number): number[] {
  const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
  if (context === null) return [];
  const [x, y, width, height] = [left, top, right - left, bottom - top].map((each) => each * scale);
  context.drawImage(image, x ?? 0, y ?? 0, width ?? 0, height ?? 0, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  const greys = Array.from({ length: SIDE * SIDE }, (_, i) => grey(data, i * 4));
  const ground = greys[0] ?? 0;
  const far = greys.map((each) => Math.abs(each - ground));
  // In weight alone, two shapes of different colours would differ: what counts is where they are drawn.
  const most = Math.max(...far, 1);
  return far.map((each) => each / most);
}

const grey = (data: Uint8ClampedArray, at: number) =>
  0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0);
