/**
 * Merges the outputs of all federates (rows, tracepoints, log lines, changes of facts, census) into the order in which
 * one process would give them.
 */
import {
  type AgentId,
  type Census,
  type CensusSample,
  compareRows,
  compareText,
  equalCensus,
  type FactsChange,
  type Finder,
  type LogLine,
  type Plan,
  type Row,
  RunEnd,
  type SavedRunEnd,
  type ToldVerdict,
  toldVerdict,
  type TraceHit,
  type VirtualTime,
} from '@dragon/engine';
import { errorText, FederationError } from './federation-error.ts';
import type { Body } from './frame.ts';
import { hitFromWire, lineFromWire, rowFromWire, sampleFromWire } from './wire.ts';

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

/** How many of each have been handed on. */
export interface HandedOn {
  readonly rows: number;
  readonly hits: number;
  readonly changes: number;
  readonly samples: number;
  readonly verdicts: number;
}

/** What it knows between two rounds, as data. */
export interface SavedOutputs {
  readonly end: SavedRunEnd;
  readonly handedOn: HandedOn;
  readonly changes: readonly FactsChange[];
  readonly hits: readonly TraceHit[];
  readonly rows: readonly Row[];
  readonly firstLines: readonly LogLine[];
  readonly lines: readonly LogLine[];
  readonly samples: readonly CensusSample[];
  readonly counted: readonly (readonly [agent: AgentId, numbers: Census])[];
}

export interface MergedOutputsOptions {
  readonly plan: Plan;
  readonly finders: readonly Finder[];
  readonly onRow?: ((row: Row) => void) | undefined;
  readonly onTrace?: ((hit: TraceHit) => void) | undefined;
  readonly onFacts?: ((change: FactsChange) => void) | undefined;
  readonly onCensus?: ((sample: CensusSample) => void) | undefined;
  readonly onVerdict?: ((verdict: ToldVerdict) => void) | undefined;
}

export class MergedOutputs {
  readonly #end: RunEnd;
  readonly #options: MergedOutputsOptions;
  /** What agents said while they started comes before everything else, also of the same instant. */
  #firstChanges: FactsChange[] = [];
  #firstHits: TraceHit[] = [];
  readonly #firstLines: LogLine[] = [];
  #changes: FactsChange[] = [];
  #hits: TraceHit[] = [];
  #rows: Row[] = [];
  readonly #lines: LogLine[] = [];
  #samples: CensusSample[] = [];
  /** What the census said last of each agent. */
  readonly #counted = new Map<AgentId, Census>();
  readonly #handedOn = { rows: 0, hits: 0, changes: 0, samples: 0, verdicts: 0 };

  constructor(options: MergedOutputsOptions) {
    this.#end = new RunEnd(options.plan, options.finders);
    this.#options = options;
  }

  /** Where the run ends, as far as it is known; what ends it, and when that was found. */
  get end(): Pick<RunEnd, 'at' | 'foundAt' | 'findings'> {
    return this.#end;
  }

  /** Returns the log as one process would have written it. */
  get log(): LogLine[] {
    return [...this.#firstLines.toSorted(compareSaid), ...this.#lines.toSorted(compareSaid)];
  }

  /** To be called after `settle`, once everybody's start is in it. */
  save(): SavedOutputs {
    return {
      end: this.#end.save(),
      handedOn: { ...this.#handedOn },
      changes: this.#changes,
      hits: this.#hits,
      rows: this.#rows,
      firstLines: this.#firstLines,
      lines: this.#lines,
      samples: this.#samples,
      counted: [...this.#counted],
    };
  }

  /** Throws `bad-checkpoint` if a finder cannot have known what was saved of it: it alone can tell. */
  restore({ end, handedOn, changes, hits, rows, firstLines, lines, samples, counted }: SavedOutputs): void {
    try {
      this.#end.restore(end);
    } catch (error) {
      throw new FederationError('bad-checkpoint', `nothing goes on from what was saved of a run: ${errorText(error)}`);
    }
    Object.assign(this.#handedOn, handedOn);
    [this.#changes, this.#hits, this.#rows, this.#samples] = [[...changes], [...hits], [...rows], [...samples]];
    this.#firstLines.push(...firstLines);
    this.#lines.push(...lines);
    for (const [agent, numbers] of counted) this.#counted.set(agent, numbers);
  }

  addStart({ changes, hits, lines, census }: Body<'placed'>): void {
    this.#samples.push(...census.map(sampleFromWire));
    this.#firstChanges.push(...changes);
    this.#firstHits.push(...hits.map(hitFromWire));
    this.#firstLines.push(...lines.map(lineFromWire));
  }

  add({ changes, hits, lines, census, rows }: Body<'report'>): void {
    for (const sample of census) this.#samples.push(sampleFromWire(sample));
    for (const change of changes) this.#changes.push(change);
    for (const hit of hits) this.#hits.push(hitFromWire(hit));
    for (const line of lines) this.#lines.push(lineFromWire(line));
    for (const row of rows) this.#rows.push(rowFromWire(row));
  }

  /**
   * Hands on everything earlier than `before`, when nothing earlier can come any more: a row after all changes of
   * facts, samples and verdicts from before its instant. A sample at `before` is from before it.
   */
  settle(before: VirtualTime): void {
    const { onRow, onTrace, onFacts } = this.#options;
    const [changes, laterChanges] = split(this.#changes, before);
    for (const change of [...this.#firstChanges.sort(compareSaid), ...changes.sort(compareSaid)]) {
      this.#end.add(change);
      this.#handedOn.changes += 1;
      onFacts?.(change);
    }
    this.#firstChanges = [];
    this.#changes = laterChanges;
    const [hits, laterHits] = split(this.#hits, before);
    const settledHits = [...this.#firstHits.sort(compareSaid), ...hits.sort(compareSaid)];
    this.#firstHits = [];
    this.#hits = laterHits;
    for (const hit of settledHits) this.#end.add(hit);
    this.#settleVerdicts(settledHits);
    this.#end.settle(before);
    this.#settleCensus(before);
    const [rows, laterRows] = split(this.#rows, before);
    this.#rows = laterRows;
    this.#handedOn.rows += rows.length;
    this.#handedOn.hits += settledHits.length;
    for (const row of rows.sort(compareRows)) onRow?.(row);
    for (const hit of settledHits) onTrace?.(hit);
  }

  /** Hands on all that is left: the run is over. */
  finish(): void {
    this.settle(Number.POSITIVE_INFINITY);
    this.#end.finish();
  }

  #settleVerdicts(hits: readonly TraceHit[]): void {
    for (const hit of hits) {
      const verdict = toldVerdict(hit);
      if (verdict === undefined) continue;
      this.#handedOn.verdicts += 1;
      this.#options.onVerdict?.(verdict);
    }
  }

  #settleCensus(before: VirtualTime): void {
    const [samples, later] = split(this.#samples, Math.min(before, this.#end.at) + 1);
    this.#samples = later;
    const last = new Map(samples.map((sample) => [`${sample.at} ${sample.agent}`, sample]));
    for (const sample of [...last.values()].sort(compareSaid)) {
      const { agent, numbers } = sample;
      const counted = this.#counted.get(agent);
      if (counted !== undefined && equalCensus(counted, numbers)) continue;
      this.#counted.set(agent, numbers);
      this.#handedOn.samples += 1;
      this.#options.onCensus?.(sample);
    }
  }
}

function split<T extends { readonly at: VirtualTime }>(all: T[], before: VirtualTime): [earlier: T[], later: T[]] {
  if (all.length === 0) return [[], all];
  const earlier: T[] = [];
  const later: T[] = [];
  for (const each of all) (each.at < before ? earlier : later).push(each);
  return [earlier, later];
}
