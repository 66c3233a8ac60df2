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

/**
 * Returns a name of foreign origin in one line, as `printable` does, and cut where nobody reads on. What comes out of
 * here comes out the same if it is given once more.
 */
export function printableName(name: string): string {
  const shown = printable(name.slice(0, LONGEST_NAME + 1));
  if (shown.length <= LONGEST_NAME) return shown;
  // Half a character at the cut would have to be escaped in turn.
  const end = isHalf(shown.charCodeAt(LONGEST_NAME - 2)) ? LONGEST_NAME - 2 : LONGEST_NAME - 1;
  return `${shown.slice(0, end)}…`;
}

const isHalf = (unit: number) => unit >= 0xd8_00 && unit < 0xdc_00;

/** Returns whether `printable` leaves the text as it is. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

/** Returns JSON, as `JSON.stringify` makes it, with all that is not to be printed as `\u202e`: it says the same. */
export function printableJson(json: string): string {
  return json.replaceAll(UNPRINTABLE, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i), 4)}`).join(''),
  );
}

/** Returns the text with each of its lines made safe to print. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(code: number): string {
  if (code < 0x1_00) return `\\x${hex(code, 2)}`;
  return code < 0x1_00_00 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`;
}

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
