/** Width of the page that a text is printed on: as wide as the terminal, but no wider than can be read. */

/** Longer lines are hard to read, and a table that needs more is stacked. */
const WIDEST = 120;

/** Whatever the terminal says: a narrower page has no room for the words of a kernel. */
const NARROWEST = 40;

/** Of text that goes to a file or a pipe. */
const USUAL = 80;

/**
 * Returns the columns of a page, from 40 to 120: those of the terminal, or, where there is none, those that the
 * environment's COLUMNS says, or 80.
 */
export function pageWidth(terminalColumns: number | undefined, saidColumns: string | undefined): number {
  // A pseudo-terminal that nobody has given a size has 0 columns.
  const width = terminalColumns || wholeNumber(saidColumns) || USUAL;
  return Math.min(WIDEST, Math.max(NARROWEST, width));
}

function wholeNumber(text = ''): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
