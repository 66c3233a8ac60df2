/** The observer seam: every step of every agent, for whoever wants to read along. */
import type { AgentDefinition, Effect, Move, TraceFields } from './agent.ts';
import type { AgentId, Event } from './event.ts';
import type { FactsChange } from './facts.ts';
import type { Row } from './row.ts';
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
  /** How many events the agent has received. */
  readonly received: number;
  readonly state: unknown;
}

/** A line of the simulated machine's log. */
export interface LogLine {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly text: string;
}

/** A tracepoint of the simulated machine that an agent hit. */
export interface TraceHit {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly event: string;
  readonly fields: TraceFields;
}

/**
 * A reader of steps. It is told what it has a method for, in the order in which things happen in its engine, and can
 * change nothing; what nobody has a method for is not even made. Of one step the order is `row`, `see`, then `log` and
 * `hit` as the effects have them, then `facts`.
 */
export interface Observer {
  /** Whether it wants to know the transitions taken, which costs a little. */
  readonly moves?: boolean | undefined;
  /** The agents that `attached` and `see` are called with; all if absent. Steps of others cost it next to nothing. */
  readonly agents?: ReadonlySet<AgentId> | undefined;
  /** The tracepoints that `hit` is called with; all if absent. */
  readonly tracepoints?: ReadonlySet<string> | undefined;
  /** Called with the agents when the observer is attached to an engine whose agents have started. */
  attached?(agents: Iterable<Present>): void;
  /** Called with the row of each event. */
  row?(row: Row): void;
  /** Called with each step, after the state has changed and before the effects are carried out. */
  see?(step: Seen): void;
  /** Called with every line of the simulated machine's log. */
  log?(line: LogLine): void;
  /** Called with every tracepoint that is hit. */
  hit?(hit: TraceHit): void;
  /**
   * Called when an agent says something else of its waits and locks than before; when the observer is attached, with
   * what each agent says.
   */
  facts?(change: FactsChange): void;
}
