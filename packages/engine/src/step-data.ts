/** Steps and agents as data, for whoever reads along from another process or writes them down. */
import type { Effect, Move } from './agent.ts';
import type { AgentId, Event, Json } from './event.ts';
import type { Present, Seen } from './observer.ts';
import type { VirtualTime } from './time.ts';

/** A step; `Seen` as data. */
export interface StepData {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  /** By it, whoever has the definitions finds the agent's chart. */
  readonly kind: string;
  /** Null when the agent starts. */
  readonly event: Event | null;
  /** How many events the agent had received before this one. */
  readonly index: number;
  /** What the agent says of itself afterwards. */
  readonly state: string;
  /** The states as their definition saves them, if they are wanted; of a start there is none before. */
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
  readonly effects: readonly Effect[];
  /** Absent unless they are wanted, or if the agent has no chart. */
  readonly moves?: readonly Move[] | undefined;
}

/** An agent as it is while a run is in progress; `Present` as data. */
export interface PresentData {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly kind: string;
  readonly state: string;
  /** The state as its definition saves it, if it is wanted. */
  readonly saved?: Json | undefined;
}

/** What of a step is wanted beyond what costs nothing. */
export interface Wanted {
  /** The states before and after. */
  readonly states: boolean;
  /** The transitions taken. */
  readonly moves: boolean;
}

/** Returns a step as data: the same in the process that saw it and in another one. */
export function stepData(seen: Seen, { states, moves }: Wanted): StepData {
  const { at, agent, definition, event, index, before, after, state, effects } = seen;
  const step = { at, agent, kind: definition.kind, event: event ?? null, index, state };
  return {
    ...step,
    ...(states && event !== undefined && { before: definition.save(before) }),
    ...(states && { after: definition.save(after) }),
    effects,
    ...(moves && seen.moves !== undefined && { moves: seen.moves }),
  };
}

/** Returns an agent as data. */
export function presentData({ at, agent, definition, state }: Present, { states }: Wanted): PresentData {
  const present = { at, agent, kind: definition.kind, state: definition.describe(state) };
  return states ? { ...present, saved: definition.save(state) } : present;
}
