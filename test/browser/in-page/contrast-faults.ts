/**
 * Contrast faults: letters that are too close in lightness to the pixels around them. For text in drawings, of which
 * axe cannot tell what is behind it: that is read from a picture of the page.
 */
import type { Box, TextBox } from './text-box.ts';

type Colour = readonly [red: number, green: number, blue: number];

/** Of large letters, 24 px or bold 18.66 px, less is asked (WCAG 1.4.3). */
const LEAST = 4.5;
const LEAST_LARGE = 3;

/** Returns a line for each text in a drawing that has too little; `picture` is a PNG of the window. */
export async function contrastFaults(texts: readonly TextBox[], picture: Blob): Promise<string[]> {
  const image = await createImageBitmap(picture);
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d', { willReadFrequently: true });
  if (context === null) return ['no canvas to read the picture with'];
  context.drawImage(image, 0, 0);
  const scale = image.width / document.documentElement.clientWidth;
  const faults = texts.flatMap(({ text, where, visible, element, colour, size }) => {
    if (visible === undefined || element instanceof HTMLElement !== element instanceof HTMLCanvasElement) return [];
    const behind = commonest(context, visible, scale);
    const letters = over(rgbaOf(colour), opacityOf(element), behind);
    const ratio = contrast(letters, behind);
    const isLarge = size >= 24 || (size >= 18.66 && Number(getComputedStyle(element).fontWeight) >= 700);
    return ratio >= (isLarge ? LEAST_LARGE : LEAST) - 0.05
      ? []
      : [`contrast ${ratio.toFixed(1)}: "${text}" (${where}), ${named(letters)} on ${named(behind)}`];
  });
  return [...new Set(faults)];
}

const named = (colour: Colour) => `rgb(${colour.map(Math.round).join(' ')})`;

/** Letters cover less than half of their box, so the colour that it has most of is behind them. */
function commonest(context: OffscreenCanvasRenderingContext2D, box: Box, scale: number): Colour {
  const [x, y] = [Math.floor(box.left * scale) - 1, Math.floor(box.top * scale) - 1];
  const [width, height] = [
    Math.ceil((box.right - box.left) * scale) + 2,
    Math.ceil((box.bottom - box.top) * scale) + 2,
  ];
  const { data } = context.getImageData(x, y, width, height);
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const pixel = ((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
    counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  }
  let most = 0;
  for (const [pixel, count] of counts) if (count > (counts.get(most) ?? 0)) most = pixel;
  return [most >> 16, (most >> 8) & 255, most & 255];
}

function rgbaOf(colour: string): readonly number[] {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (context === null) return [0, 0, 0, 255];
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
}

function opacityOf(element: Element): number {
  let opacity = element instanceof SVGElement ? Number(getComputedStyle(element).fillOpacity) : 1;
  for (let each: Element | null = element; each !== null; each = each.parentElement)
    opacity *= Number(getComputedStyle(each).opacity);
  return opacity;
}

function over([red = 0, green = 0, blue = 0, alpha = 255]: readonly number[], opacity: number, behind: Colour): Colour {
  const share = (alpha / 255) * opacity;
  const mix = (own: number, other: number) => own * share + other * (1 - share);
  return [mix(red, behind[0]), mix(green, behind[1]), mix(blue, behind[2])];
}

function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
