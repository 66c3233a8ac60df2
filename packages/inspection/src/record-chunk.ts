/** A piece of what is known of a run, as whoever executes or reads the run hands it to whoever shows it. */
import type { CensusSample, Chart, Finding, Plan, ToldVerdict, VirtualTime } from '@dragon/engine';
import type { Outcome, Story, ToldStep, TraceSubject } from '@dragon/report';
import type { FactsColumns } from './said-facts.ts';

/** What is known before the first event. */
export interface RecordOpening extends TraceSubject {
  readonly plan: Plan;
  /** The state of each agent at instant 0, in the order of the plan; empty if it is not known. */
  readonly starts: readonly string[];
  /** By kind; of kinds that have one. */
  readonly charts: Readonly<Record<string, Chart>>;
}

export interface RecordEnd {
  readonly outcome: Outcome;
  readonly digest: string;
  readonly endedAt: VirtualTime;
}

/** Transitions of rows: lists of them, each kept once. List 0 is empty. */
export interface TakenColumn {
  /** For each row the place of its list among the lists of all chunks so far. */
  readonly lists: Uint32Array<ArrayBuffer>;
  /** What comes behind the lists of the chunks before: each is an earlier list and one transition more, by number. */
  readonly newLists: readonly { readonly list: number; readonly edge: number }[];
}

/** Rows in columns, in the order of the run, and what else came to light up to `edge`. */
export interface RecordChunk {
  /** Nanoseconds. */
  readonly at: Float64Array<ArrayBuffer>;
  /** Places in the plan's agents. */
  readonly to: Uint32Array<ArrayBuffer>;
  readonly from: Uint32Array<ArrayBuffer>;
  /** Places in the list of states, of all chunks so far. */
  readonly state: Uint32Array<ArrayBuffer>;
  /** Places in the list of types of messages, of all chunks so far. */
  readonly message: Uint32Array<ArrayBuffer>;
  /** The transitions that each event made its agent take; absent if they were not recorded. */
  readonly taken?: TakenColumn | undefined;
  /** What comes behind the states and messages of the chunks before. A state belongs to a kind. */
  readonly newStates: readonly { readonly kind: string; readonly text: string }[];
  readonly newMessages: readonly string[];
  /** Changes since the chunk before, and since the start in the first. */
  readonly facts: FactsColumns;
  readonly census: readonly CensusSample[];
  /** What rules did, in the order of time. */
  readonly verdicts: readonly ToldVerdict[];
  /** Those that are new. */
  readonly findings: readonly Finding[];
  /** All findings so far as a person is told them; absent if nothing has changed. */
  readonly stories?: readonly Story[] | undefined;
  /** How a deadlock came about; present in the chunk that finds it, if its rows are at hand. */
  readonly steps?: readonly ToldStep[] | undefined;
  /** Everything before this instant is known. */
  readonly edge: VirtualTime;
  /** Present in the last chunk. */
  readonly end?: RecordEnd | undefined;
}
