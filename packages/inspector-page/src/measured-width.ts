/** The width of a text as it will be drawn. */

const context = document.createElement('canvas').getContext('2d');
const known = new Map<string, number>();

/** Returns the width in CSS pixels; `font` as in a style sheet, with its size in px. */
export function measuredWidth(text: string, font: string): number {
  const key = `${font}\n${text}`;
  let width = known.get(key);
  if (width === undefined && context !== null) {
    context.font = font;
    width = context.measureText(text).width;
    known.set(key, width);
  }
  return width ?? 0;
}
