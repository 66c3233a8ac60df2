/** What the page and its run worker say to each other. Every message names the run that it is about. */
import type { AgentId, Plan, RuledOut, VirtualTime } from '@dragon/engine';
import type { ComparisonOffer, RecordChunk, RecordOpening } from '@dragon/inspection';
import type { TraceDiff, TraceSubject } from '@dragon/report';
import type { RunTexts } from '@dragon/scenarios';

/** The two runs that a page can have open: the one it shows, and the one beside it. */
export type PageRun = 'main' | 'other';

/** A run, closed: nothing else is needed to make it. */
export interface PlannedRun extends Pick<TraceSubject, 'heading' | 'fork'> {
  readonly plan: Plan;
  readonly command?: TraceSubject['command'] | undefined;
}

/** Where a run comes from. */
export type RunSource =
  | { readonly kind: 'scenario'; readonly texts: RunTexts }
  | ({ readonly kind: 'plan' } & PlannedRun);

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
  | { readonly kind: 'close'; readonly run: PageRun };

/** What the worker answers. */
export type Answer =
  | {
      readonly kind: 'opening';
      readonly run: PageRun;
      readonly opening: RecordOpening;
      readonly offers: readonly ComparisonOffer[];
    }
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
  /** One line that says what is wrong and what to do. */
  | { readonly kind: 'failed'; readonly run: PageRun; readonly why: string };
