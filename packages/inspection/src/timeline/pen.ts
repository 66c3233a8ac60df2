/**
 * The pen that a timeline is drawn with: on a canvas for the page, into SVG for a file. It has the few shapes that bars
 * are made of; lengths are pixels, colours are the page's tokens.
 */

import type { ThemeToken } from '../theme.ts';

export interface TextStyle {
  readonly tone: ThemeToken;
  /** Behind the text, so that it can be read on hatching. */
  readonly plate?: ThemeToken | undefined;
  readonly weight: 400 | 550 | 650;
}

export interface Pen {
  fill(tone: ThemeToken, x: number, y: number, width: number, height: number, alpha?: number): void;
  /** Stripes, with a frame; an open end has none. */
  hatch(tone: ThemeToken, x: number, y: number, width: number, height: number, isOpen: boolean): void;
  frame(tone: ThemeToken, x: number, y: number, width: number, height: number, isOpen: boolean): void;
  line(tone: ThemeToken, fromX: number, fromY: number, toX: number, toY: number, style?: LineStyle): void;
  /** An arrowhead whose tip is at a point. */
  head(tone: ThemeToken, x: number, y: number, direction: 'up' | 'down'): void;
  /** `y` is the middle of the letters. */
  text(text: string, x: number, y: number, style: TextStyle): void;
  /** Returns how wide a text is. */
  measure(text: string, weight: TextStyle['weight']): number;
}

export interface LineStyle {
  readonly width?: number | undefined;
  readonly isDashed?: boolean | undefined;
}

/** Of the letters in bars, in pixels. */
export const LETTERS = 12;

/** Fewer letters before an ellipsis say nothing. */
const FEWEST = 7;

/** Returns the text as far as it fits, with an ellipsis where it ends early; undefined if hardly a letter fits. */
export function fittingText(pen: Pen, text: string, width: number, weight: TextStyle['weight']): string | undefined {
  if (pen.measure(text, weight) <= width) return text;
  let [low, high] = [0, text.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (pen.measure(`${text.slice(0, middle)}…`, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return low < FEWEST ? undefined : `${text.slice(0, low)}…`;
}
