/** What the page and its run worker say to each other. Every message names the run that it is about. */
import type { AgentId, Json, Plan, RuledOut, VirtualTime } from '@dragon/engine';
import type { ComparisonOffer, RecordChunk, RecordEnd, RecordOpening } from '@dragon/inspection';
import type { Fault } from '@dragon/kernel';
import type { TraceDiff, TraceSubject } from '@dragon/report';
import type { RunTexts, Scenario } from '@dragon/scenarios';

/** The two runs that a page can have open: the one it shows, and the one beside it. */
export type PageRun = 'main' | 'other';

/** A run, closed: nothing else is needed to make it. */
export interface PlannedRun extends Pick<TraceSubject, 'heading' | 'fork'> {
  readonly plan: Plan;
  readonly command?: TraceSubject['command'] | undefined;
}

/** A trace: what it is called, and the file or its address. */
export interface TraceFile {
  readonly name: string;
  readonly file: Blob | string;
}

/** Where a run comes from. */
export type RunSource =
  | ({ readonly kind: 'trace' } & TraceFile)
  | { readonly kind: 'scenario'; readonly texts: RunTexts }
  | ({ readonly kind: 'plan' } & PlannedRun)
  | { readonly kind: 'fork'; readonly of: PlannedRun; readonly faults: readonly Fault[] };

/** What there is to be run. */
export interface Catalogue {
  readonly scenarios: readonly Pick<Scenario, 'name' | 'about'>[];
  readonly profiles: readonly string[];
}

/**
 * How far a run that is watched has come; it is executed up to there and no further. Null: to its end.
 * - `before`: everything before this instant has happened; `events`: exactly so many events have, if that is known.
 * - `digest`: of these events, to be compared.
 */
export interface RunLimit {
  readonly before: VirtualTime;
  readonly events: number | null;
  readonly digest?: string | undefined;
}

/** What the page asks for. */
export type Ask =
  | { readonly kind: 'open'; readonly run: PageRun; readonly source: RunSource; readonly limit: RunLimit | null }
  | { readonly kind: 'limit'; readonly run: PageRun; readonly limit: RunLimit | null }
  /** What nothing in the run can make an agent do. */
  | { readonly kind: 'ruled-out'; readonly run: PageRun; readonly agent: AgentId }
  /** How the two runs differ first. */
  | { readonly kind: 'difference'; readonly run: 'other' }
  /** The context of an agent after the event of a row; -1: at the start. A later question takes the place of it. */
  | { readonly kind: 'context'; readonly run: PageRun; readonly agent: AgentId; readonly row: number }
  | { readonly kind: 'close'; readonly run: PageRun }
  | { readonly kind: 'catalogue'; readonly run: PageRun };

/** What the worker answers. */
export type Answer =
  | {
      readonly kind: 'opening';
      readonly run: PageRun;
      readonly opening: RecordOpening;
      readonly offers: readonly ComparisonOffer[];
      /** The arguments of `dragon`, for a shell, that make the run again; undefined if words alone do not. */
      readonly again: string | undefined;
    }
  | { readonly kind: 'catalogue'; readonly run: PageRun; readonly catalogue: Catalogue }
  | { readonly kind: 'chunk'; readonly run: PageRun; readonly chunk: RecordChunk }
  | {
      readonly kind: 'ruled-out';
      readonly run: PageRun;
      readonly agent: AgentId;
      readonly ruledOut: readonly RuledOut[];
    }
  /** The run that is watched is another one than its plan makes here: after so many events the digests differ. */
  | { readonly kind: 'differs'; readonly run: PageRun; readonly at: VirtualTime; readonly events: number }
  | { readonly kind: 'difference'; readonly run: 'other'; readonly difference: TraceDiff }
  | {
      readonly kind: 'context';
      readonly run: PageRun;
      readonly agent: AgentId;
      readonly row: number;
      readonly context: Json;
    }
  /** A trace is being read: how much of it has been, from 0 to 1; null if that is not known. */
  | { readonly kind: 'reading'; readonly run: PageRun; readonly share: number | null }
  /** A trace ends early, or cannot be read on: what came before stays. */
  | { readonly kind: 'cut'; readonly run: PageRun; readonly why: string }
  /** The run of a trace was made again, all rows are the same, and it ended so. */
  | { readonly kind: 'made'; readonly run: PageRun; readonly end: RecordEnd }
  /** One line that a person has to be told. */
  | { readonly kind: 'notice'; readonly run: PageRun; readonly text: string }
  /** One line that says what is wrong and what to do; `again`: the arguments of `dragon` that ask for the same. */
  | { readonly kind: 'failed'; readonly run: PageRun; readonly why: string; readonly again?: string | undefined };
