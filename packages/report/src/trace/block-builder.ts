/**
 * The blocks of a trace as they are filled while a run goes on: rows, changes of facts, census, verdicts. A block ends
 * with an instant, so what is in it depends on the run alone, and not on the order in which the four arrive within one.
 */
import type { CensusSample, FactsChange, Json, Row, ToldVerdict, VirtualTime } from '@dragon/engine';
import { censusColumns } from './census-columns.ts';
import { CensusThinner } from './census-thinner.ts';
import { factsColumns } from './facts-columns.ts';
import { type FactsDelta, FactsEncoder } from './facts-delta.ts';
import { RowTable } from './row-columns.ts';
import { type BlockSummary, CENSUS_KIND, FACTS_KIND, formatBlock, ROW_KIND, VERDICT_KIND } from './trace-block.ts';
import { verdictColumns } from './verdict-columns.ts';

/** Rows of a block: what is read for an instant is some 15 kB, and a million rows have an index of 250 entries. */
const BLOCK = 4096;

export class BlockBuilder {
  readonly #ended: (text: string, summary: BlockSummary) => void;
  readonly #encoder = new FactsEncoder();
  readonly #census = new CensusThinner();
  #rows = new RowTable();
  #facts: FactsDelta[] = [];
  #verdicts: ToldVerdict[] = [];
  /** The end of the block before. */
  #from: VirtualTime = 0;

  /** `ended` is called with the text of each block. */
  constructor(ended: (text: string, summary: BlockSummary) => void) {
    this.#ended = ended;
  }

  /** Takes the next row; all changes of facts, samples and verdicts from before its instant must have been taken. */
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

  /** Takes the next verdict, in the order of time. */
  verdict(verdict: ToldVerdict): void {
    this.#verdicts.push(verdict);
  }

  /** Ends the last block, if there is anything in it. */
  finish(): void {
    const isEmpty = this.#rows.rows + this.#facts.length + this.#verdicts.length === 0 && this.#census.isEmpty;
    if (!isEmpty) this.#end(undefined);
  }

  /** Ends a block with what there is up to `to`; with all that there is if that is undefined. */
  #end(to: VirtualTime | undefined): void {
    const rows = this.#rows;
    const { first, last } = rows.rows > 0 ? rows.span : { first: this.#from, last: this.#from };
    const [due, laterFacts] = parted(this.#facts, to);
    const [struck, laterVerdicts] = parted(this.#verdicts, to);
    const census = this.#census.until(last, rows.rows);
    if (to === undefined) census.push(...this.#census.rest());
    const columns = rows.columns();
    const instants = censusColumns(census, columns);
    const starts = [due, census, struck].map((records) => records[0]?.at ?? first);
    const ends = [due, census, struck].map((records) => records.at(-1)?.at ?? last);
    const kinds: [kind: string, records: number][] = [
      [ROW_KIND, rows.rows],
      [FACTS_KIND, due.length],
      [CENSUS_KIND, instants.at.length],
    ];
    const sections: Json[] = [columns, factsColumns(due, columns), instants];
    if (struck.length > 0) {
      kinds.push([VERDICT_KIND, struck.length]);
      sections.push(verdictColumns(struck, columns));
    }
    const summary = { first: Math.min(first, ...starts), last: Math.max(last, ...ends), kinds };
    this.#rows = new RowTable();
    this.#facts = laterFacts;
    this.#verdicts = laterVerdicts;
    this.#from = summary.last;
    this.#ended(formatBlock(summary, sections), summary);
  }
}

/** Returns the records up to `to`, and the later ones; all are earlier if that is undefined. */
function parted<T extends { readonly at: VirtualTime }>(
  records: T[],
  to: VirtualTime | undefined,
): [due: T[], later: T[]] {
  const later = to === undefined ? -1 : records.findIndex(({ at }) => at > to);
  return later < 0 ? [records, []] : [records.slice(0, later), records.slice(later)];
}
