/** Text boxes: every piece of text that a reader sees on the page, one line of it at a time, and how it may be cut. */

/** In CSS pixels of the viewport. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface TextBox {
  readonly text: string;
  /** A short path of elements, to find it by. */
  readonly where: string;
  /** The height of its letters in CSS pixels, after every transform. */
  readonly size: number;
  readonly box: Box;
  /** The part that whatever cuts it leaves; undefined where all of it is scrolled or panned away. */
  readonly visible: Box | undefined;
  /** What cuts it for good: neither a scroll bar nor a pan brings the rest, and no title says it. */
  readonly cutBy: string | undefined;
  /** Texts of different layers lie over each other on purpose: a dialog, a popover, a header that stays. */
  readonly layer: Element | null;
  /** The element that it is text of. */
  readonly element: Element;
  /** As CSS writes it. */
  readonly colour: string;
}

export function intersection(a: Box, b: Box): Box | undefined {
  const both = {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
  return both.right > both.left && both.bottom > both.top ? both : undefined;
}
