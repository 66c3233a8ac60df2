/** Width of a text on a terminal: the columns that it takes, without the escape sequences that style it. */
const ESCAPE = '\u001b';

/** Returns the number of characters that are seen; `terminalStyle` makes the only escape sequences that are known. */
export function textWidth(text: string): number {
  let width = 0;
  let styling = false;
  for (const character of text) {
    if (character === ESCAPE) styling = true;
    else if (!styling) width += 1;
    else if (character === 'm') styling = false;
  }
  return width;
}

/** Returns the text with as many spaces behind it as it lacks to that width. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Returns the text with as many spaces before it as it lacks to that width. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}
