/** What the coordinator is given and what it gives back. */
import type { AgentId, Finder, Plan, Row, RunResult, VirtualTime } from '@dragon/engine';
import type { PlacementPolicy } from './placement.ts';

export interface Progress {
  /** Everything before this instant has happened. */
  readonly at: VirtualTime;
  readonly events: number;
  readonly rounds: number;
  readonly processes: number;
}

export interface CoordinateOptions {
  readonly run: string;
  readonly plan: Plan;
  readonly finders: readonly Finder[];
  readonly placement?: PlacementPolicy | undefined;
  /** How many federates will come; without it, whoever comes until nobody new has come for `settleMs`. */
  readonly federates?: number | undefined;
  /** Called with every row in the order of the trace. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Called about ten times a second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Asked at the end for the agents whose last rows the result shall have; default: none. */
  readonly history?: (() => readonly AgentId[]) | undefined;
  /** Stops the run; with the signal's reason, if that is a FederationError. */
  readonly signal?: AbortSignal | undefined;
  /** Handed a function that says that a federate's process is gone, and why. */
  readonly watchLost?: ((lost: (federate: string, why: string) => void) => void) | undefined;
  /** Told of what went wrong and was put right: bad frames, a link that came back. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** How long the federates may take to come, in milliseconds; default 60000. */
  readonly joinMs?: number | undefined;
  /** Default 300. */
  readonly settleMs?: number | undefined;
  /** How long until an unanswered question is repeated; default 500. */
  readonly repeatMs?: number | undefined;
  /** How long until it fails the run; default 10000. */
  readonly silenceMs?: number | undefined;
  readonly pulseMs?: number | undefined;
}

export interface FederatedResult extends RunResult {
  /** Federates that hosted agents. */
  readonly processes: number;
  /** Barrier rounds. */
  readonly rounds: number;
}
