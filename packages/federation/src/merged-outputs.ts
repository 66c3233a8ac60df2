/**
 * Merges the outputs of all federates (rows, tracepoints, log lines, changes of facts) into the order in which one
 * process would give them.
 */
import {
  compareRows,
  compareText,
  type FactsChange,
  type Finder,
  FindingWatch,
  type LogLine,
  NEVER,
  type Row,
  type TraceHit,
  type VirtualTime,
} from '@dragon/engine';
import type { Body } from './frame.ts';
import { hitFromWire, lineFromWire, rowFromWire } from './wire.ts';

/** An output of an agent, without a number of its own. */
interface Said {
  readonly at: VirtualTime;
  readonly agent: string;
}

/**
 * By instant, then agent; a stable sort keeps what one agent said in its order. One process goes through its agents the
 * same way: no message between two agents takes less than 1 ns, so at any instant each agent has its turn once.
 */
const compareSaid = (a: Said, b: Said) => a.at - b.at || compareText(a.agent, b.agent);

export interface MergedOutputsOptions {
  readonly finder: Finder;
  readonly onRow?: ((row: Row) => void) | undefined;
  readonly onTrace?: ((hit: TraceHit) => void) | undefined;
}

export class MergedOutputs {
  readonly #watch: FindingWatch;
  readonly #options: MergedOutputsOptions;
  /** What agents said while they started comes before everything else, also of the same instant. */
  #firstChanges: FactsChange[] = [];
  #firstHits: TraceHit[] = [];
  readonly #firstLines: LogLine[] = [];
  #changes: FactsChange[] = [];
  #hits: TraceHit[] = [];
  #rows: Row[] = [];
  readonly #lines: LogLine[] = [];

  constructor(options: MergedOutputsOptions) {
    this.#watch = new FindingWatch(options.finder);
    this.#options = options;
  }

  get foundAt(): VirtualTime | undefined {
    return this.#watch.foundAt;
  }

  /** Returns the log as one process would have written it. */
  get log(): LogLine[] {
    return [...this.#firstLines.toSorted(compareSaid), ...this.#lines.toSorted(compareSaid)];
  }

  addStart({ changes, hits, lines }: Body<'placed'>): void {
    this.#firstChanges.push(...changes);
    this.#firstHits.push(...hits.map(hitFromWire));
    this.#firstLines.push(...lines.map(lineFromWire));
  }

  add({ changes, hits, lines, rows }: Body<'report'>): void {
    for (const change of changes) this.#changes.push(change);
    for (const hit of hits) this.#hits.push(hitFromWire(hit));
    for (const line of lines) this.#lines.push(lineFromWire(line));
    for (const row of rows) this.#rows.push(rowFromWire(row));
  }

  /** Hands on everything earlier than `before`, when nothing earlier can come any more. */
  settle(before: VirtualTime): void {
    const { onRow, onTrace } = this.#options;
    const [changes, laterChanges] = split(this.#changes, before);
    for (const change of [...this.#firstChanges.sort(compareSaid), ...changes.sort(compareSaid)])
      this.#watch.add(change);
    this.#firstChanges = [];
    this.#changes = laterChanges;
    this.#watch.settle(before);
    const [rows, laterRows] = split(this.#rows, before);
    this.#rows = laterRows;
    for (const row of rows.sort(compareRows)) onRow?.(row);
    const [hits, laterHits] = split(this.#hits, before);
    for (const hit of [...this.#firstHits.sort(compareSaid), ...hits.sort(compareSaid)]) onTrace?.(hit);
    this.#firstHits = [];
    this.#hits = laterHits;
  }

  settleAll(): void {
    this.settle(NEVER);
  }
}

function split<T extends { readonly at: VirtualTime }>(all: T[], before: VirtualTime): [earlier: T[], later: T[]] {
  if (all.length === 0) return [[], all];
  const earlier: T[] = [];
  const later: T[] = [];
  for (const each of all) (each.at < before ? earlier : later).push(each);
  return [earlier, later];
}
