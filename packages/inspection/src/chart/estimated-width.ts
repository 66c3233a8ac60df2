/** Widths of texts where nothing can measure them: estimates for the fonts of the page that err on the wide side. */
import { CHART_SIZES, type TextFont } from './elk-graph.ts';

/** Of a letter of a mono font, in ems. */
const MONO = 0.62;
const NARROW = new Set("iIljftr.,:;'|!()[]");
const WIDE = new Set('mwMW@%');

/** Returns the width of a text in pixels at a root font of 16 px. */
export function estimatedWidth(text: string, font: TextFont): number {
  if (font === 'name') return text.length * MONO * CHART_SIZES.name;
  let ems = 0;
  for (const letter of text) ems += NARROW.has(letter) ? 0.36 : WIDE.has(letter) ? 0.9 : letter < 'a' ? 0.68 : 0.6;
  return ems * CHART_SIZES.label;
}
