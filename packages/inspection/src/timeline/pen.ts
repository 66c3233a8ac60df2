/**
 * The pen that a timeline is drawn with: on a canvas for the page, into SVG for a file. It has the few shapes that bars
 * are made of; lengths are pixels, colours are the page's tokens.
 */

/** Names of the page's colours. */
export type Tone =
  | 'run'
  | 'wait'
  | 'wait-text'
  | 'find'
  | 'find-ink'
  | 'sleep'
  | 'exit'
  | 'you'
  | 'text'
  | 'text2'
  | 'text3'
  | 'line'
  | 'line2'
  | 'bg'
  | 'panel';

export interface TextStyle {
  readonly tone: Tone;
  /** Behind the text, so that it can be read on hatching. */
  readonly plate?: Tone | undefined;
  readonly weight: 400 | 550 | 650;
}

export interface Pen {
  fill(tone: Tone, x: number, y: number, width: number, height: number, alpha?: number): void;
  /** Stripes, with a frame; an open end has none. */
  hatch(tone: Tone, x: number, y: number, width: number, height: number, isOpen: boolean): void;
  frame(tone: Tone, x: number, y: number, width: number, height: number, isOpen: boolean): void;
  line(tone: Tone, fromX: number, fromY: number, toX: number, toY: number, style?: LineStyle): void;
  /** An arrowhead whose tip is at a point. */
  head(tone: Tone, x: number, y: number, direction: 'up' | 'down'): void;
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

/** Returns the text as far as it fits, with an ellipsis where it ends early; undefined if hardly a letter fits. */
export function fittingText(pen: Pen, text: string, width: number, weight: TextStyle['weight']): string | undefined {
  if (pen.measure(text, weight) <= width) return text;
  let [low, high] = [0, text.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (pen.measure(`${text.slice(0, middle)}…`, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return low < 3 ? undefined : `${text.slice(0, low)}…`;
}
