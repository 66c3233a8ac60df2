/** What a coordinator is asked for: the run, who shall be told of what, and how patient it is; and what it returns. */
import type {
  AgentId,
  CensusSample,
  FactsChange,
  Finder,
  Json,
  Plan,
  Row,
  RunResult,
  ToldVerdict,
  TraceHit,
  VirtualTime,
} from '@dragon/engine';
import type { FederationStats } from './federation-stats.ts';
import type { PlacementPolicy } from './placement.ts';
import type { PaceOptions } from './round-pace.ts';
import type { Recovery } from './run-checkpoints.ts';

export interface Progress {
  /** Everything before this instant has happened. */
  readonly at: VirtualTime;
  readonly events: number;
  readonly rounds: number;
  readonly processes: number;
}

export interface CoordinateOptions extends PaceOptions {
  readonly run: string;
  readonly plan: Plan;
  readonly finders: readonly Finder[];
  readonly placement?: PlacementPolicy | undefined;
  /**
   * How many federates will come, or their names, and then nobody else may; without it, any number, until nobody new
   * has come for `settleMs`.
   */
  readonly federates?: number | readonly string[] | undefined;
  /** The key of the run, which its federates and watchers have too; without it, whoever may use the link is heard. */
  readonly key?: string | undefined;
  /** Called with every row in the order of the trace. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Called with every tracepoint that an agent hit, in the order in which one process hits them. */
  readonly onTrace?: ((hit: TraceHit) => void) | undefined;
  /** Called with every change of facts in the order of time, before rows of a later instant. */
  readonly onFacts?: ((change: FactsChange) => void) | undefined;
  /** Called with the census in the order of time, before rows of a later instant. */
  readonly onCensus?: ((sample: CensusSample) => void) | undefined;
  /** Called with every verdict of the plan's rules in the order of time, before rows of a later instant. */
  readonly onVerdict?: ((verdict: ToldVerdict) => void) | undefined;
  /** Waited for before each round, if it returns something: whoever takes what is handed on may be behind. */
  readonly keepUp?: (() => Promise<void> | undefined) | undefined;
  /** Waited for with the result, before the federates are told that the run is over, and with them end. */
  readonly onResult?: ((result: FederatedResult) => Promise<void>) | undefined;
  /** Called about ten times a second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Asked at the end for the agents whose last rows the result shall have; default: none. */
  readonly history?: (() => readonly AgentId[]) | undefined;
  /** What watchers are told of the run besides its plan; default: nothing. */
  readonly about?: Json | undefined;
  /** Stops the run; with the signal's reason, if that is a FederationError. */
  readonly signal?: AbortSignal | undefined;
  /** Called with a federate when a process of its name first says hello. */
  readonly onHello?: ((federate: string) => void) | undefined;
  /** Handed a function that says that a federate's process is gone, and why. */
  readonly watchLost?: ((lost: (federate: string, why: string) => void) => void) | undefined;
  /** Called with what went wrong and was put right: bad frames, a link that came back. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** How long the federates may take to come, in milliseconds; default 60000. */
  readonly joinMs?: number | undefined;
  /** Present if whoever is killed may be started again. Finders have to be ones that can be saved. */
  readonly recovery?: Recovery | undefined;
  /** Default 300. */
  readonly settleMs?: number | undefined;
  /** How long until an unanswered request is repeated; default 500. */
  readonly repeatMs?: number | undefined;
  /** How long until it fails the run; default 10000. */
  readonly silenceMs?: number | undefined;
  /** How often federates hear that the coordinator is alive; default 1000. */
  readonly pulseMs?: number | undefined;
}

export interface FederatedResult extends RunResult {
  /** Federates that hosted agents. */
  readonly processes: number;
  /** Barrier rounds: who may go on is granted a window each, and the reports of all are waited for. */
  readonly rounds: number;
  readonly stats: FederationStats;
}
