/**
 * The blocks of a trace as they are filled while a run goes on: rows, changes of facts, census. A block ends with an
 * instant, so what is in it depends on the run alone, and not on the order in which the three arrive within one.
 */
import type { CensusSample, FactsChange, Row, VirtualTime } from '@dragon/engine';
import { censusColumns } from './census-columns.ts';
import { CensusThinner } from './census-thinner.ts';
import { factsColumns } from './facts-columns.ts';
import { type FactsDelta, FactsEncoder } from './facts-delta.ts';
import { RowTable } from './row-columns.ts';
import { type BlockSummary, CENSUS_KIND, FACTS_KIND, formatBlock, ROW_KIND } from './trace-block.ts';

/** Rows of a block: what is read for an instant is some 15 kB, and a million rows have an index of 250 entries. */
const BLOCK = 4096;

export class BlockBuilder {
  readonly #ended: (text: string, summary: BlockSummary) => void;
  readonly #encoder = new FactsEncoder();
  readonly #census = new CensusThinner();
  #rows = new RowTable();
  #facts: FactsDelta[] = [];
  /** The end of the block before. */
  #from: VirtualTime = 0;

  /** `ended` is called with the text of each block. */
  constructor(ended: (text: string, summary: BlockSummary) => void) {
    this.#ended = ended;
  }

  /** Takes the next row; all changes of facts and samples from before its instant must have been taken. */
  row(row: Row): void {
    if (this.#rows.rows >= BLOCK && row.at > this.#rows.span.last) this.#end(this.#rows.span.last);
    this.#rows.take(row);
  }

  /** Takes the next change of facts, in the order of time. */
  facts(change: FactsChange): void {
    const delta = this.#encoder.take(change);
    if (delta !== undefined) this.#facts.push(delta);
  }

  /** Takes the next sample, in the order of time. */
  census(sample: CensusSample): void {
    this.#census.take(sample);
  }

  /** Ends the last block, if there is anything in it. */
  finish(): void {
    if (this.#rows.rows > 0 || this.#facts.length > 0 || !this.#census.isEmpty) this.#end(undefined);
  }

  /** Ends a block with what there is up to `to`; with all that there is if that is undefined. */
  #end(to: VirtualTime | undefined): void {
    const rows = this.#rows;
    const { first, last } = rows.rows > 0 ? rows.span : { first: this.#from, last: this.#from };
    const later = to === undefined ? -1 : this.#facts.findIndex(({ at }) => at > to);
    const due = later < 0 ? this.#facts : this.#facts.slice(0, later);
    const census = this.#census.until(last, rows.rows);
    if (to === undefined) census.push(...this.#census.rest());
    const columns = rows.columns();
    const instants = censusColumns(census, columns);
    const starts = [first, due[0]?.at ?? first, census[0]?.at ?? first];
    const ends = [last, due.at(-1)?.at ?? last, census.at(-1)?.at ?? last];
    const kinds = [
      [ROW_KIND, rows.rows],
      [FACTS_KIND, due.length],
      [CENSUS_KIND, instants.at.length],
    ] as const;
    const summary = { first: Math.min(...starts), last: Math.max(...ends), kinds };
    this.#rows = new RowTable();
    this.#facts = later < 0 ? [] : this.#facts.slice(later);
    this.#from = summary.last;
    this.#ended(formatBlock(summary, [columns, factsColumns(due, columns), instants]), summary);
  }
}
