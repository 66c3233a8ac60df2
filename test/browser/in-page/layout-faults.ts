/** Layout faults: texts too small to read, and texts that lie over each other or are cut. */
import { missingGlyphs } from './missing-glyphs.ts';
import { isShown, layerOf, pathOf } from './surroundings.ts';
import { intersection, type TextBox } from './text-box.ts';

/** CSS pixels at a root of 16. */
const SMALLEST = 11;

/** Returns a line for each fault; none of a good page. */
export function layoutFaults(texts: readonly TextBox[]): string[] {
  const faults = new Set<string>();
  for (const text of texts) {
    // What is scrolled away is as large as what is not.
    if (text.size < SMALLEST - 0.01) faults.add(`too small, ${text.size.toFixed(1)} px: ${named(text)}`);
    if (text.cutBy !== undefined) faults.add(`cut by ${text.cutBy}: ${named(text)}`);
  }
  for (const [one, other] of overlaps(texts)) faults.add(`overlap: ${named(one)} and ${named(other)}`);
  for (const [text, cover] of covered(texts)) faults.add(`covered by ${pathOf(cover)}: ${named(text)}`);
  for (const fault of missingGlyphs(texts)) faults.add(fault);
  const { scrollWidth, clientWidth } = document.documentElement;
  const canScroll = getComputedStyle(document.body).overflowX === 'visible';
  if (canScroll && scrollWidth > clientWidth)
    faults.add(`the page is ${scrollWidth - clientWidth} px wider than the window`);
  return [...faults];
}

const named = ({ text, where }: TextBox) => `"${text}" (${where})`;

function* overlaps(texts: readonly TextBox[]): Generator<[TextBox, TextBox]> {
  const seen = texts.flatMap((text) => (text.visible === undefined ? [] : [{ ...text, visible: text.visible }]));
  seen.sort((a, b) => a.visible.top - b.visible.top);
  for (const [index, one] of seen.entries()) {
    for (const other of seen.slice(index + 1)) {
      if (other.visible.top >= one.visible.bottom) break;
      if (one.layer !== other.layer) continue;
      const both = intersection(one.visible, other.visible);
      if (both === undefined) continue;
      const lower = Math.min(one.box.bottom - one.box.top, other.box.bottom - other.box.top);
      // Letters that touch are no fault.
      if (both.right - both.left > 1.5 && both.bottom - both.top > lower * 0.2) yield [one, other];
    }
  }
}

/** Texts whose middle lies below something opaque that does not belong above them. */
function* covered(texts: readonly TextBox[]): Generator<[TextBox, Element]> {
  // What a pointer goes through covers as well.
  const style = document.createElement('style');
  style.textContent = '* { pointer-events: auto !important }';
  document.head.append(style);
  try {
    for (const text of texts) {
      if (text.visible === undefined) continue;
      const { left, top, right, bottom } = text.visible;
      // Of what is scrolled away but for a line of pixels, the middle is a point of what lies beside it.
      if (right - left < 3 || bottom - top < 3) continue;
      for (const element of document.elementsFromPoint((left + right) / 2, (top + bottom) / 2)) {
        if (element.contains(text.element) || text.element.contains(element)) break;
        if (!isOpaque(element)) continue;
        if (layerOf(element) === text.layer) yield [text, element];
        break;
      }
    }
  } finally {
    style.remove();
  }
}

function isOpaque(element: Element): boolean {
  if (!isShown(element)) return false;
  const { backgroundColor, fill, fillOpacity, opacity } = getComputedStyle(element);
  if (Number(opacity) < 0.9) return false;
  if (element instanceof SVGElement)
    return element instanceof SVGGeometryElement && fill !== 'none' && Number(fillOpacity) > 0.9 && isSolid(fill);
  return isSolid(backgroundColor) || element instanceof HTMLImageElement;
}

/** Computed colours are `rgb(…)` if they are opaque. */
const isSolid = (colour: string) => colour.startsWith('rgb(');
