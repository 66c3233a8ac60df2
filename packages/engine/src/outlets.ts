/** What an engine says to the outside, and where it goes. */
import type { TraceFields } from './agent.ts';
import type { AgentId, Event } from './event.ts';
import type { FactsChange } from './facts.ts';
import type { Row } from './row.ts';
import type { VirtualTime } from './time.ts';

/** A line of the simulated kernel's log. */
export interface LogLine {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly text: string;
}

/** A tracepoint of the simulated kernel that an agent hit. */
export interface TraceHit {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly event: string;
  readonly fields: TraceFields;
}

/** Where the engine's outputs go. An absent outlet costs nothing. */
export interface Outlets {
  /** An event for an agent that this engine does not host. Required unless every agent of the plan is hosted here. */
  readonly remote?: (event: Event) => void;
  readonly row?: (row: Row) => void;
  readonly facts?: (change: FactsChange) => void;
  readonly log?: (line: LogLine) => void;
  readonly trace?: (hit: TraceHit) => void;
}
