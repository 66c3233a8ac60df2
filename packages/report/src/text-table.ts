/** A table of text in aligned columns, or in blocks below each other where the page is too narrow for it. */
import { foldLines, packed, wrap } from './folding.ts';
import { padEnd, padStart, textWidth } from './text-width.ts';

export interface TableForm {
  /** Columns of the page. */
  readonly width: number;
  readonly indent?: string;
  /** Names of the columns, each of one line or several; none above prose. */
  readonly head?: readonly string[];
  readonly styleHead?: (line: string) => string;
  /** From this column on, cells are figures and stand at the right of their columns. */
  readonly figuresFrom?: number;
}

type Rows = readonly (readonly string[])[];

const GAP = '  ';

/** The last column is not made narrower than this: a row is a block instead. */
const NARROWEST_PROSE = 24;

/** Between the figures of a block. */
const BLOCK_GAP = '   ';

/**
 * Returns a line per row, columns padded to the widest cell and two spaces apart, without spaces at the end of a line.
 * If that is wider than the page, the last column is wrapped; if that would not do, each row becomes a block: its first
 * cell, and below it the others, with the names of their columns. A row of one cell among longer ones is a heading of
 * those below it.
 */
export function textTable(rows: Rows, form: TableForm): string[] {
  const { width, indent = '', head = [], styleHead = (line: string) => line } = form;
  const headRows = headLines(head);
  const isColumn = rows.every((row) => row.length === 1);
  const widths = columnWidths([...headRows, ...rows.filter((row) => row.length > 1 || isColumn)]);
  const last = widths.at(-1) ?? 0;
  const room = width - indent.length - widths.slice(0, -1).reduce((sum, each) => sum + each + GAP.length, 0);
  if (room < Math.min(last, NARROWEST_PROSE))
    return rows.flatMap((row) => (isHeading(row, widths) ? row : block(row, form)));
  const lineOf = (row: readonly string[]) => alignedLine(row, widths, form);
  const shown = rows.flatMap((row) => (isHeading(row, widths) ? row : proseRows(row, widths.length, room).map(lineOf)));
  return [...headRows.map((row) => styleHead(lineOf(row))), ...shown];
}

const isHeading = (row: readonly string[], widths: readonly number[]) => row.length === 1 && widths.length > 1;

/** Names of several lines stand on the lowest. */
function headLines(head: readonly string[]): Rows {
  const names = head.map((name) => name.split('\n'));
  const height = Math.max(0, ...names.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => names.map((lines) => lines[line - height + lines.length] ?? ''));
}

function columnWidths(rows: Rows): number[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, textWidth(cell))));
  return widths;
}

function alignedLine(
  row: readonly string[],
  widths: readonly number[],
  { indent = '', figuresFrom = Infinity }: TableForm,
): string {
  const cells = row.map((cell, i) => (i < figuresFrom ? padEnd : padStart)(cell, widths[i] ?? 0));
  return (indent + cells.join(GAP)).trimEnd();
}

/** The row, its last cell wrapped, and the rows that hold the rest of that cell. */
function proseRows(row: readonly string[], columns: number, room: number): string[][] {
  if (row.length < columns) return [[...row]];
  const [first = '', ...rest] = wrap(row.at(-1) ?? '', room);
  const before = row.slice(0, -1);
  return [[...before, first], ...rest.map((line) => [...before.map(() => ''), line])];
}

function block([first = '', ...rest]: readonly string[], { width, indent = '', head = [] }: TableForm): string[] {
  const named = rest.flatMap((cell, i) => {
    const name = (head[i + 1] ?? '').replaceAll('\n', ' ');
    return cell === '' ? [] : [name === '' ? cell : `${name} ${cell}`];
  });
  const below = `${indent}${GAP}${GAP}`;
  const lines = named.length === 0 ? [] : packed(named, head.length > 0 ? BLOCK_GAP : GAP, width - below.length);
  return foldLines([`${indent}${first}`, ...lines.map((line) => below + line)], width);
}
