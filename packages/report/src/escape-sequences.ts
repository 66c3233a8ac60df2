/**
 * Escape sequences in text of foreign origin, as colours in the output of grep or dmesg: what a terminal obeys, and a
 * reader of the text has no use for. ECMA-48.
 */

const ESCAPE = '\u001b';
const BELL = '\u0007';
const CONTROL_SEQUENCE = `${ESCAPE}\\[[0-?]*[ -/]*[@-~]`;
const SYSTEM_COMMAND = `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?`;
const SINGLE = `${ESCAPE}[@-_]?`;
const SEQUENCES = new RegExp([CONTROL_SEQUENCE, SYSTEM_COMMAND, SINGLE].join('|'), 'g');
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/** Returns the text without escape sequences. */
export function withoutEscapes(text: string): string {
  return text.includes(ESCAPE) ? text.replaceAll(SEQUENCES, '') : text;
}

/** Returns the text without escape sequences and without control characters but tabs and newlines. */
export function withoutControls(text: string): string {
  return withoutEscapes(text).replaceAll(CONTROLS, '');
}
