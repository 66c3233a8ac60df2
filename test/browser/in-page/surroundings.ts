/** Surroundings of a text: the elements around it that hide it, cut it, scroll it or lift it above the others. */
import { type Box, intersection } from './text-box.ts';

/** A pixel and a half: what rounding of positions and slanted letters may take. */
const ROUNDING = 1.5;

const SCROLLS = ['auto', 'scroll'];
const CUTS = ['hidden', 'clip'];

export interface Visibility {
  readonly visible: Box | undefined;
  readonly cutBy: string | undefined;
}

/** Whether anything of the element can be seen, were it scrolled to: texts for screen readers alone cannot. */
export function isShown(element: Element): boolean {
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }))
    return false;
  for (let each: Element | null = element; each !== null; each = each.parentElement) {
    const { clip, clipPath, overflow } = getComputedStyle(each);
    if (clip.startsWith('rect(') || clipPath.startsWith('inset(50%')) return false;
    const { width, height } = each.getBoundingClientRect();
    if (overflow === 'hidden' && each instanceof HTMLElement && width <= 1 && height <= 1) return false;
  }
  return true;
}

/** Cuts a box by everything around it, from the inside out, and says what takes a part that nothing brings back. */
export function seenThrough(element: Element, box: Box, includeItself: boolean): Visibility {
  let visible: Box | undefined = box;
  let cutBy: string | undefined;
  let fixed = false;
  const first = includeItself ? element : element.parentElement;
  for (let each: Element | null = first; each !== null && each !== document.body; each = each.parentElement) {
    if (visible === undefined || fixed) break;
    const style = getComputedStyle(each);
    fixed = style.position === 'fixed' || isOnTop(each);
    if (style.display === 'contents' || (style.display === 'inline' && each instanceof HTMLElement)) continue;
    // Inside an SVG, only what is an outermost one or nested has edges.
    if (each instanceof SVGElement && !(each instanceof SVGSVGElement)) continue;
    for (const axis of ['x', 'y'] as const) {
      if (visible === undefined) break;
      const overflow: string = axis === 'x' ? style.overflowX : style.overflowY;
      if (!SCROLLS.includes(overflow) && !CUTS.includes(overflow)) continue;
      const left: Box | undefined = intersection(visible, edges(each, axis));
      const takes = left === undefined || overhang(visible, left) > ROUNDING;
      if (takes && CUTS.includes(overflow) && !isPanned(each) && !tellsTheRest(element, style)) cutBy ??= pathOf(each);
      visible = left;
    }
  }
  if (visible !== undefined) {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
    const { overflowX, overflowY } = getComputedStyle(document.body);
    const window: Box = {
      left: 0,
      top: 0,
      right: fixed || scrollWidth <= clientWidth || CUTS.includes(overflowX) ? clientWidth : Infinity,
      bottom: fixed || scrollHeight <= clientHeight || CUTS.includes(overflowY) ? clientHeight : Infinity,
    };
    const left = intersection(visible, { ...window, left: -scrollX, top: -scrollY });
    if (left === undefined || overhang(visible, left) > ROUNDING) cutBy ??= 'the edge of the window';
    visible = left && intersection(left, { left: 0, top: 0, right: clientWidth, bottom: clientHeight });
  }
  return { visible, cutBy };
}

/** The nearest element that lies above its surroundings on purpose. */
export function layerOf(element: Element): Element | null {
  for (let each: Element | null = element; each !== null; each = each.parentElement) {
    if (isOnTop(each) || ['fixed', 'sticky'].includes(getComputedStyle(each).position)) return each;
  }
  return null;
}

export function pathOf(element: Element): string {
  const names: string[] = [];
  for (let each: Element | null = element; each !== null && names.length < 3; each = each.parentElement) {
    const [first] = each.classList;
    names.unshift(`${each.localName}${each.id && `#${each.id}`}${first === undefined ? '' : `.${first}`}`);
  }
  return names.join(' > ');
}

const isOnTop = (element: Element) =>
  element.matches('dialog[open], :popover-open, [role=dialog], [role=tooltip], [role=menu], [role=listbox]');

/** A surface that is dragged about shows a part of what it has. */
const isPanned = (element: Element) => element.closest('[data-pans]') !== null;

/** Cut with an ellipsis, and the whole text is the title. */
function tellsTheRest(element: Element, { textOverflow }: CSSStyleDeclaration): boolean {
  return textOverflow === 'ellipsis' && element.closest('[title]') !== null;
}

function edges(element: Element, axis: 'x' | 'y'): Box {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return axis === 'x'
    ? { left, right, top: -Infinity, bottom: Infinity }
    : { left: -Infinity, right: Infinity, top, bottom };
}

const overhang = (whole: Box, part: Box) =>
  Math.max(part.left - whole.left, part.top - whole.top, whole.right - part.right, whole.bottom - part.bottom);
