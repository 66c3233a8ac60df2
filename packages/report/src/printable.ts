/**
 * Text of foreign origin made safe to print: names in traces, files and frames of others may hold what a terminal obeys
 * (colours, titles, a cursor that goes up) or what makes it show another order than there is.
 */

/**
 * Control characters (C0, C1 and DEL), format characters (those of bidirectional text and of no width among them),
 * separators of lines and paragraphs, and halves of surrogate pairs; a tab is none of these.
 */
const UNPRINTABLE = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Returns the text in one line, with what is not to be printed as `\x1b`, `\u202e` or `\u{e0041}`. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => escaped(character.codePointAt(0) ?? 0));
}

/** Characters of the longest name: nothing that a run or a person calls by a name is near this long. */
export const LONGEST_NAME = 4_096;

/** Returns a name of foreign origin in one line, as `printable` does, and cut where nobody reads on. */
export function printableName(name: string): string {
  return printable(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);
}

/** Returns whether `printable` leaves the text as it is. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

/** Returns the text with each of its lines made safe to print. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(code: number): string {
  const hex = code.toString(16);
  if (code < 0x1_00) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x1_00_00 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
