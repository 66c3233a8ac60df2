/** Text of others made safe to print: a terminal obeys control characters, whoever wrote them. */

/** Control characters, and those that turn the direction of the text around them. */
const UNPRINTABLE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const ANY = new RegExp(UNPRINTABLE.source);

/**
 * Returns the text with `\x1b` for an escape, and so on for whatever a terminal would not print but obey. A tab stays.
 */
export function printable(text: string): string {
  if (!ANY.test(text)) return text;
  return text.replaceAll(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
