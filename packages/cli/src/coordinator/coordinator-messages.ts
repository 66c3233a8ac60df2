/**
 * Messages between the command and its coordinator, which is a process of its own: over the channel that Node gives a
 * child, which closes when either is gone.
 */
import type {
  AgentId,
  CensusSample,
  FactsChange,
  Json,
  Plan,
  Row,
  ToldVerdict,
  TraceHit,
  VirtualTime,
} from '@dragon/engine';
import type { FederatedResult, HandedOn, NatsAddress } from '@dragon/federation';
import type { ErrorData } from '../many-runs/error-data.ts';

/** What a coordinator has to know. */
export interface CoordinatorTask {
  readonly address: NatsAddress;
  readonly run: string;
  readonly key: string;
  readonly plan: Plan;
  /** Whose names are the only ones that are heard. */
  readonly federates: readonly string[];
  /** For each agent of the plan; undefined: dealt evenly. */
  readonly hosts: readonly string[] | undefined;
  /** Whether the run goes on from what an earlier coordinator stored, if one did, and stores what a later one needs. */
  readonly recovers: boolean;
  /** Whether the federates were all started again, too. */
  readonly awaitsFederates: boolean;
  readonly paused: boolean | undefined;
  readonly speed: number | undefined;
  readonly about: Json | undefined;
  readonly joinMs: number;
  /** What shall be handed on. */
  readonly wanted: readonly OutputKind[];
}

export type OutputKind = keyof HandedOn;

/** What a run hands on, by kind. */
export interface OutputOf {
  readonly rows: Row;
  readonly hits: TraceHit;
  readonly changes: FactsChange;
  readonly samples: CensusSample;
  readonly verdicts: ToldVerdict;
}

export type Output = { readonly [Kind in OutputKind]: readonly [Kind, OutputOf[Kind]] }[OutputKind];

export type ToCoordinator =
  | { readonly kind: 'run'; readonly task: CoordinatorTask }
  /** So many numbered messages have arrived. */
  | { readonly kind: 'arrived'; readonly count: number }
  /** The process of a federate is gone for good. */
  | { readonly kind: 'lost'; readonly federate: string; readonly why: string }
  /** End the run, without a result. */
  | { readonly kind: 'stop'; readonly why: string };

/** Messages that outlive who sends them: numbered in the order in which they are sent, and acknowledged. */
export type NumberedMessage =
  | { readonly kind: 'outputs'; readonly outputs: readonly Output[] }
  | { readonly kind: 'over'; readonly over: RunOver };

export type FromCoordinator =
  | NumberedMessage
  /** Sent now and then by a coordinator that has nothing else to say. */
  | { readonly kind: 'alive' }
  /** It goes on from where so much had been handed on. */
  | { readonly kind: 'resumes'; readonly handedOn: HandedOn }
  | { readonly kind: 'come'; readonly federate: string }
  /** All federates have come, and are given their agents. */
  | { readonly kind: 'placing' }
  /** A federate does not answer. */
  | { readonly kind: 'silent'; readonly federate: string }
  | { readonly kind: 'progress'; readonly at: VirtualTime; readonly events: number }
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** What a run came to, as data. */
export interface RunOver {
  readonly result: Omit<FederatedResult, 'history'>;
  readonly histories: readonly (readonly [agent: AgentId, rows: readonly Row[]])[];
  /** What the finders of a report had found, in their order. */
  readonly finders: readonly Json[];
}
