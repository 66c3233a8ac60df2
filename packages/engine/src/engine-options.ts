/** What an engine is made of: a plan, the definitions of its agents, who is hosted, or a snapshot to go on from. */
import type { AgentDefinition } from './agent.ts';
import type { AgentId, Event } from './event.ts';
import type { SavedAgent } from './hosted-agent.ts';
import type { Observer } from './observer.ts';
import type { Plan } from './plan.ts';
import type { VirtualTime } from './time.ts';

/** The definitions of a process, by kind. */
export type Definitions = ReadonlyMap<string, AgentDefinition>;

/** A whole engine as JSON data, at an instant between two events. */
export interface EngineSnapshot {
  readonly now: VirtualTime;
  readonly agents: readonly SavedAgent[];
  readonly events: readonly Event[];
}

export interface EngineOptions {
  readonly plan: Plan;
  readonly definitions: Definitions;
  /** The agents to host; all of the plan's if absent. */
  readonly ids?: readonly AgentId[] | undefined;
  /** Takes events for agents that are not hosted here. Required unless all are. */
  readonly remote?: ((event: Event) => void) | undefined;
  /** They see the start of the agents, too. */
  readonly observers?: readonly Observer[] | undefined;
  /** Go on from here instead of starting the agents. */
  readonly snapshot?: EngineSnapshot | undefined;
}
