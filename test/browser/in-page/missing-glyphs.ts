/** Missing glyphs: letters for which there is no font, so that a reader sees a box instead. */
import type { TextBox } from './text-box.ts';

const SIDE = 32;
/** No font has it. */
const NOBODYS = '\u{10FFFF}';

/** Returns a line for each letter of the texts that is drawn as a box; with the wide fonts here few others have it. */
export function missingGlyphs(texts: readonly TextBox[]): string[] {
  const first = new Map<string, TextBox>();
  for (const text of texts)
    for (const letter of text.text) if (letter > '~' && !first.has(letter)) first.set(letter, text);
  if (first.size === 0) return [];
  const box = drawn(NOBODYS);
  return [...first].flatMap(([letter, { text, where }]) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return drawn(letter) === box ? [`no glyph for U+${code}: "${text}" (${where})`] : [];
  });
}

function drawn(letter: string): string {
  const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
  if (context === null) return '';
  context.font = `${SIDE / 2}px system-ui, sans-serif`;
  context.fillText(letter, 4, SIDE - 8);
  return context.getImageData(0, 0, SIDE, SIDE).data.join(' ');
}
