/** Element texts: the boxes of all text in elements, of HTML and of SVG. */
import { isShown, layerOf, pathOf, seenThrough } from './surroundings.ts';
import type { Box, TextBox } from './text-box.ts';

/** Returns one box for every line of every text node, and one for every field. */
export function elementTexts(): TextBox[] {
  const boxes: TextBox[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || node.nodeValue?.trim() === '' || !isShown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter(
      // A text that ends in an ellipsis has two boxes, with and without what is left out: the first is the whole one.
      ({ left, top, width, height }, i, all) =>
        width > 0 && height > 0 && !all.slice(0, i).some((each) => each.left === left && each.top === top),
    );
    const text = (node.nodeValue ?? '').trim().slice(0, 60);
    for (const line of lines) boxes.push(boxOf(text, element, line, true));
  }
  for (const field of document.querySelectorAll('input, textarea, select')) {
    const text = (field as HTMLInputElement).value || field.getAttribute('placeholder') || '';
    if (text !== '' && isShown(field))
      boxes.push(boxOf(text.slice(0, 60), field, field.getBoundingClientRect(), false));
  }
  return boxes;
}

function boxOf(text: string, element: Element, line: DOMRect, isInside: boolean): TextBox {
  const style = getComputedStyle(element);
  // The box of a line has room above and below its letters, which may lie over the next line's.
  const room = line.height * 0.15;
  const box: Box = { left: line.left, right: line.right, top: line.top + room, bottom: line.bottom - room };
  return {
    text,
    where: pathOf(element),
    size: Number.parseFloat(style.fontSize) * scaleOf(element),
    box,
    ...seenThrough(element, box, isInside),
    layer: layerOf(element),
    element,
    colour: element instanceof SVGElement ? style.fill : style.color,
  };
}

/** How much larger than its font says a text is drawn. */
function scaleOf(element: Element): number {
  if (element instanceof SVGGraphicsElement) {
    const matrix = element.getScreenCTM();
    return matrix === null ? 1 : Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
  }
  let scale = 1;
  for (let each: Element | null = element; each !== null; each = each.parentElement) {
    const { transform, scale: own, zoom } = getComputedStyle(each);
    if (transform !== 'none') {
      const { a, b, c, d } = new DOMMatrixReadOnly(transform);
      scale *= Math.sqrt(Math.abs(a * d - b * c));
    }
    if (own !== 'none') scale *= Math.min(...own.split(' ').map(Number));
    scale *= Number(zoom) || 1;
  }
  return scale;
}
