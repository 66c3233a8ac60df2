/**
 * What a run leaves, put in order: rows, log lines and changes of facts from many federates, as one process would have
 * given them.
 */
import {
  compareRows,
  compareText,
  type FactsChange,
  type Finder,
  type Finding,
  type LogLine,
  type Plan,
  type Row,
  RunEnd,
  type VirtualTime,
} from '@dragon/engine';
import type { Body } from './frame.ts';
import { lineFromWire, rowFromWire } from './wire.ts';

/**
 * By instant, then agent; a stable sort keeps what one agent said in its order. One process goes through its agents the
 * same way.
 */
const inOrder = (a: { at: VirtualTime; agent: string }, b: { at: VirtualTime; agent: string }) =>
  a.at - b.at || compareText(a.agent, b.agent);

export class RunRecord {
  readonly #end: RunEnd;
  readonly #onRow: ((row: Row) => void) | undefined;
  /** What agents said while they started comes before everything else, also of the same instant. */
  #firstChanges: FactsChange[] = [];
  readonly #firstLines: LogLine[] = [];
  #changes: FactsChange[] = [];
  #rows: Row[] = [];
  readonly #lines: LogLine[] = [];

  constructor(plan: Plan, finders: readonly Finder[], onRow: ((row: Row) => void) | undefined) {
    this.#end = new RunEnd(plan, finders);
    this.#onRow = onRow;
  }

  /** Where the run ends, as far as it is known. */
  get end(): VirtualTime {
    return this.#end.at;
  }

  get foundAt(): VirtualTime | undefined {
    return this.#end.foundAt;
  }

  get findings(): readonly Finding[] {
    return this.#end.findings;
  }

  /** Returns the log as one process would have written it. */
  get log(): LogLine[] {
    return [...this.#firstLines.toSorted((a, b) => compareText(a.agent, b.agent)), ...this.#lines.toSorted(inOrder)];
  }

  enterStart({ changes, lines }: Body<'placed'>): void {
    this.#firstChanges.push(...changes);
    this.#firstLines.push(...lines.map(lineFromWire));
  }

  enter({ changes, lines, rows }: Body<'report'>): void {
    for (const change of changes) this.#changes.push(change);
    for (const line of lines) this.#lines.push(lineFromWire(line));
    for (const row of rows) this.#rows.push(rowFromWire(row));
  }

  /** Hands on everything earlier than `before`, when nothing earlier can come any more. */
  settle(before: VirtualTime): void {
    const [changes, laterChanges] = split(this.#changes, before);
    for (const change of [...this.#firstChanges.sort(inOrder), ...changes.sort(inOrder)]) this.#end.add(change);
    this.#firstChanges = [];
    this.#changes = laterChanges;
    this.#end.settle(before);
    const [rows, laterRows] = split(this.#rows, before);
    this.#rows = laterRows;
    for (const row of rows.sort(compareRows)) this.#onRow?.(row);
  }

  /** Hands on all that is left: the run is over. */
  finish(): void {
    this.settle(Number.POSITIVE_INFINITY);
    this.#end.finish();
  }
}

function split<T extends { readonly at: VirtualTime }>(all: T[], before: VirtualTime): [earlier: T[], later: T[]] {
  if (all.length === 0) return [[], all];
  const earlier: T[] = [];
  const later: T[] = [];
  for (const each of all) (each.at < before ? earlier : later).push(each);
  return [earlier, later];
}
