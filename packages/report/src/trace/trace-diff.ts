/**
 * Compares two runs row by row, and verdict by verdict if lines have those, and stops at the first difference: after
 * it, everything may differ, and nothing more is learnt.
 */
import { formatDuration, formatSeconds, type Json, type Row } from '@dragon/engine';
import { type FieldDifference, fieldDifferences } from './field-differences.ts';
import { foldLines } from '../folding.ts';
import { printable } from '../printable.ts';
import { terminalStyle } from '../terminal-style.ts';
import { verdictText } from '../verdict-words.ts';
import { isVerdict, type TraceLine } from './trace-line.ts';

/** Verdicts are not counted as rows. */
export type TraceDiff<Line extends TraceLine = Row> =
  | { readonly equal: true; readonly rows: number }
  | {
      readonly equal: false;
      /** The first row that differs, counted from 1; the next one, if it is a verdict that differs. */
      readonly row: number;
      /** The last rows that both have. */
      readonly before: readonly Line[];
      /** The first row that differs and those after it. Empty for a side that ends before it. */
      readonly left: readonly Line[];
      readonly right: readonly Line[];
      /** How the two differ; empty if a side has none, or if one is a row and the other a verdict. */
      readonly fields: readonly FieldDifference[];
    };

/** Takes the lines of both sides pair by pair, so that neither has to be in memory. */
export class TraceComparison<Line extends TraceLine = Row> {
  readonly #context: number;
  readonly #before: Line[] = [];
  readonly #left: Line[] = [];
  readonly #right: Line[] = [];
  #rows: number;
  #differs = false;

  /** Keeps `context` lines before the first difference, and as many after it; `skipped` equal rows are counted only. */
  constructor({ context = 3, skipped = 0 }: { readonly context?: number | undefined; readonly skipped?: number } = {}) {
    this.#context = context;
    this.#rows = skipped;
  }

  /** Takes the next line of each side, undefined from its end on. Returns false when no more are needed. */
  next(left: Line | undefined, right: Line | undefined): boolean {
    if (left === undefined && right === undefined) return false;
    if (!this.#differs && left !== undefined && right !== undefined && equalLines(left, right)) {
      if (!isVerdict(left)) this.#rows += 1;
      this.#before.push(left);
      if (this.#before.length > this.#context) this.#before.shift();
      return true;
    }
    this.#differs = true;
    if (left !== undefined) this.#left.push(left);
    if (right !== undefined) this.#right.push(right);
    return Math.max(this.#left.length, this.#right.length) <= this.#context;
  }

  result(): TraceDiff<Line> {
    if (!this.#differs) return { equal: true, rows: this.#rows };
    const [left] = this.#left;
    const [right] = this.#right;
    const areAlike = left && right && isVerdict(left) === isVerdict(right);
    const fields = areAlike ? fieldDifferences(comparable(left), comparable(right)) : [];
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

function equalLines(a: TraceLine, b: TraceLine): boolean {
  if (isVerdict(a) || isVerdict(b))
    return isVerdict(a) && isVerdict(b) && fieldDifferences(comparable(a), comparable(b)).length === 0;
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

/** A line under the names the explanation uses. The index follows from the rows before, so it explains nothing. */
function comparable(line: TraceLine): Json {
  if (isVerdict(line)) {
    const { at: time, to: receiver, from: sender, what, rule, fate, by } = line;
    return { time, receiver, sender, what, rule, fate, by };
  }
  const { at, to, from, seq, message, state } = line;
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
export function formatTraceDiff(diff: TraceDiff<TraceLine>, text: TraceDiffText): string {
  if (diff.equal) return `Both have the same ${diff.rows === 1 ? '1 row' : `${diff.rows} rows`}.\n`;
  const style = terminalStyle(text.colour);
  const lines = [
    style.alarm(placeText(diff)),
    `  - ${printable(text.left)}`,
    `  + ${printable(text.right)}`,
    '',
    ...diff.before.map((line) => style.faint(`    ${lineText(line)}`)),
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

function placeText({ row, left: [left], right: [right] }: TraceDiff<TraceLine> & { equal: false }): string {
  const isOfVerdicts = [left, right].some((line) => line !== undefined && isVerdict(line));
  return isOfVerdicts
    ? `The first difference is behind row ${row - 1}, in what a rule did.`
    : `The first difference is at row ${row}.`;
}

const sideLines = (sign: string, lines: readonly TraceLine[]) => lines.map((line) => `  ${sign} ${lineText(line)}`);

const lineText = (line: TraceLine): string => (isVerdict(line) ? verdictText(line) : rowText(line));

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
