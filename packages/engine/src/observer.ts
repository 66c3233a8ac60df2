/** The observer seam: every step of every agent, for whoever wants to read along. */
import type { AgentDefinition, Effect, Move } from './agent.ts';
import type { AgentId, Event } from './event.ts';
import type { VirtualTime } from './time.ts';

/** A step: the start of an agent or its answer to an event. States are immutable, so an observer may keep them. */
export interface Seen {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly definition: AgentDefinition;
  /** Absent when the agent starts. */
  readonly event: Event | undefined;
  /** How many events the agent had received before this one. */
  readonly index: number;
  /** Undefined when the agent starts. */
  readonly before: unknown;
  readonly after: unknown;
  /** The name of the state after, as rows and digest have it. */
  readonly state: string;
  readonly effects: readonly Effect[];
  /** What the chart did; undefined unless an observer wants moves, or if the agent has no chart. */
  readonly moves: readonly Move[] | undefined;
}

/** An agent as it is, for an observer that comes while a run is in progress. */
export interface Present {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly definition: AgentDefinition;
  readonly state: unknown;
}

/**
 * A reader of steps. It sees them in the order in which they happen in its engine, after the state has changed and
 * before the effects are carried out, and can change nothing. Rows, digest, wait-for facts, tracepoints and the last
 * rows for a report are all readers; one that is absent costs nothing.
 */
export interface Observer {
  /** Whether it wants to know the transitions taken, which costs a little. */
  readonly moves?: boolean;
  /** Called with every agent when the observer is attached to an engine whose agents have started. */
  attached?(agents: Iterable<Present>): void;
  see(seen: Seen): void;
}
