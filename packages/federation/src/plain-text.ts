/** Text that others sent, as a terminal or a log may have it. */

/** Returns the text with a `?` in place of what is not printable ASCII: it may be meant for the terminal it gets to. */
export const plainText = (text: string): string =>
  Array.from(text, (character) =>
    (character >= ' ' && character <= '~') || character === '\n' ? character : '?',
  ).join('');
