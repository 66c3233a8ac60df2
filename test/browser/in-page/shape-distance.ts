/** Shape distance: how different two small drawings are to a reader who sees no hue. */

/** Pixels compare at this size, whatever size the drawings have. */
const SIDE = 24;

/**
 * Returns the share of pixels, 0 to 1, in which two pictures differ once they are grey: of those that either has drawn
 * on, as the ground is the same. Two that are empty do not differ.
 */
export async function shapeDistance(one: Blob, other: Blob): Promise<number> {
  const [a, b] = await Promise.all([inkOf(one), inkOf(other)]);
  const drawnOn = a.map((ink, i) => Math.max(ink, b[i] ?? 0)).reduce((sum, ink) => sum + ink, 0);
  const apart = a.map((ink, i) => Math.abs(ink - (b[i] ?? 0))).reduce((sum, ink) => sum + ink, 0);
  return drawnOn === 0 ? 0 : apart / drawnOn;
}

/** How far each pixel is, 0 to 1, from the ground: the colour of the first pixel. */
async function inkOf(picture: Blob): Promise<number[]> {
  const image = await createImageBitmap(picture);
  const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
  if (context === null) return [];
  context.drawImage(image, 0, 0, SIDE, SIDE);
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
