/**
 * Compares two runs row by row and stops at the first difference: after it, everything may differ, and nothing more is
 * learnt.
 */
import { formatDuration, formatSeconds, type Json, type Row } from '@dragon/engine';
import { type FieldDifference, fieldDifferences } from './field-differences.ts';
import { foldLines } from '../folding.ts';
import { printable } from '../printable.ts';
import { terminalStyle } from '../terminal-style.ts';

export type TraceDiff =
  | { readonly equal: true; readonly rows: number }
  | {
      readonly equal: false;
      /** The first row that differs, counted from 1. */
      readonly row: number;
      /** The last rows that both have. */
      readonly before: readonly Row[];
      /** The first row that differs and those after it. Empty for a side that ends before it. */
      readonly left: readonly Row[];
      readonly right: readonly Row[];
      /** How the two rows differ; empty if a side has none. */
      readonly fields: readonly FieldDifference[];
    };

/** Takes the rows of both sides pair by pair, so that neither has to be in memory. */
export class TraceComparison {
  readonly #context: number;
  readonly #before: Row[] = [];
  readonly #left: Row[] = [];
  readonly #right: Row[] = [];
  #rows: number;
  #differs = false;

  /** Keeps `context` rows before the first difference, and as many after it; `skipped` equal rows are counted only. */
  constructor({ context = 3, skipped = 0 }: { readonly context?: number | undefined; readonly skipped?: number } = {}) {
    this.#context = context;
    this.#rows = skipped;
  }

  /** Takes the next row of each side, undefined from its end on. Returns false when no more are needed. */
  next(left: Row | undefined, right: Row | undefined): boolean {
    if (left === undefined && right === undefined) return false;
    if (!this.#differs && left !== undefined && right !== undefined && equalRows(left, right)) {
      this.#rows += 1;
      this.#before.push(left);
      if (this.#before.length > this.#context) this.#before.shift();
      return true;
    }
    this.#differs = true;
    if (left !== undefined) this.#left.push(left);
    if (right !== undefined) this.#right.push(right);
    return Math.max(this.#left.length, this.#right.length) <= this.#context;
  }

  result(): TraceDiff {
    if (!this.#differs) return { equal: true, rows: this.#rows };
    const [left] = this.#left;
    const [right] = this.#right;
    const fields = left && right ? fieldDifferences(comparable(left), comparable(right)) : [];
    return { equal: false, row: this.#rows + 1, before: this.#before, left: this.#left, right: this.#right, fields };
  }
}

/** Compares rows that are in memory or made on demand; see `diffRowStreams` for files. */
export function diffRows(left: Iterable<Row>, right: Iterable<Row>, context?: number): TraceDiff {
  const comparison = new TraceComparison({ context });
  const a = left[Symbol.iterator]();
  const b = right[Symbol.iterator]();
  const next = (rows: Iterator<Row>): Row | undefined => {
    const { done, value } = rows.next();
    return done === true ? undefined : value;
  };
  while (comparison.next(next(a), next(b)));
  a.return?.();
  b.return?.();
  return comparison.result();
}

function equalRows(a: Row, b: Row): boolean {
  return (
    a.at === b.at &&
    a.to === b.to &&
    a.from === b.from &&
    a.seq === b.seq &&
    a.state === b.state &&
    a.message.type === b.message.type &&
    fieldDifferences(a.message, b.message).length === 0
  );
}

/** A row under the names the explanation uses. The index follows from the rows before, so it explains nothing. */
function comparable({ at, to, from, seq, message, state }: Row): Json {
  return { time: at, receiver: to, sender: from, seq, message, state };
}

export interface TraceDiffText {
  /** What to call the two sides, as in `a.trace`. */
  readonly left: string;
  readonly right: string;
  readonly colour: boolean;
  /** Columns of the page. */
  readonly width: number;
}

/** Returns the difference for a person: rows around it, then each field that differs. Lines are ended by newlines. */
export function formatTraceDiff(diff: TraceDiff, text: TraceDiffText): string {
  if (diff.equal) return `Both have the same ${diff.rows === 1 ? '1 row' : `${diff.rows} rows`}.\n`;
  const style = terminalStyle(text.colour);
  const lines = [
    style.alarm(`The first difference is at row ${diff.row}.`),
    `  - ${printable(text.left)}`,
    `  + ${printable(text.right)}`,
    '',
    ...diff.before.map((row) => style.faint(`    ${rowText(row)}`)),
    ...sideLines('-', diff.left),
    ...sideLines('+', diff.right),
    '',
    ...diff.fields.map((field) => fieldText(field)),
  ];
  if (diff.left.length === 0)
    lines.push(`${printable(text.left)} ends after ${diff.row - 1} rows, ${text.right} goes on.`);
  if (diff.right.length === 0)
    lines.push(`${printable(text.right)} ends after ${diff.row - 1} rows, ${text.left} goes on.`);
  return `${foldLines(lines, text.width).join('\n')}\n`;
}

const sideLines = (sign: string, rows: readonly Row[]) => rows.map((row) => `  ${sign} ${rowText(row)}`);

/** Returns a row in one line: `0.222772206  kswapd/0 <- inode-cache#12  inodes.taken {…}  [state]`. */
export function rowText({ at, to, from, seq, message, state }: Row): string {
  const { type, ...rest } = message;
  const fields = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  return printable(`${formatSeconds(at)}  ${to} <- ${from}#${seq}  ${type}${fields}  [${state}]`);
}

/** Returns a field that differs in one line, as in `state: "walked" / "idle"`. */
export function fieldText({ path, left, right }: FieldDifference): string {
  if (path === 'time' && typeof left === 'number' && typeof right === 'number') {
    const apart = `${formatDuration(Math.abs(right - left))} ${right > left ? 'later' : 'earlier'}`;
    return `time: ${formatSeconds(left)} / ${formatSeconds(right)} (${apart})`;
  }
  return printable(`${path}: ${show(left)} / ${show(right)}`);
}

const show = (value: Json | undefined) => (value === undefined ? 'absent' : JSON.stringify(value));
