/** An agent as its engine keeps it, and the same as JSON data. */
import type { AgentDefinition } from './agent.ts';
import type { AgentId, Json, Message } from './event.ts';
import type { EventHandle } from './event-list.ts';
import { RandomStream, type StreamState } from './random.ts';
import type { VirtualTime } from './time.ts';

export interface HostedAgent {
  readonly id: AgentId;
  readonly definition: AgentDefinition;
  readonly stream: RandomStream;
  readonly timers: Map<string, EventHandle>;
  /** Those of `timers` that are pausable. */
  readonly pausable: Set<string>;
  /** Pausable timers while the agent's timers are paused: what is left of each. */
  readonly stopped: Map<string, StoppedTimer>;
  paused: boolean;
  /** Latencies of the links used so far, by receiver. */
  readonly links: Map<AgentId, VirtualTime>;
  state: unknown;
  /** Events that it sent so far. */
  seq: number;
  /** Events that it has received so far. */
  received: number;
}

interface StoppedTimer {
  readonly left: VirtualTime;
  readonly message: Message;
}

export interface SavedAgent {
  readonly id: AgentId;
  readonly state: Json;
  readonly stream: StreamState;
  readonly pausable: readonly string[];
  readonly stopped: readonly (readonly [timer: string, stopped: StoppedTimer])[];
  readonly paused: boolean;
  readonly seq: number;
  readonly received: number;
}

/** Returns an agent before its `init`. */
export function newHostedAgent(id: AgentId, definition: AgentDefinition, seed: number): HostedAgent {
  return {
    id,
    definition,
    stream: RandomStream.of(seed, id),
    timers: new Map(),
    pausable: new Set(),
    stopped: new Map(),
    paused: false,
    links: new Map(),
    state: undefined,
    seq: 0,
    received: 0,
  };
}

/** Returns the agent as data; its pending timers are among the engine's events, which name them. */
export function saveAgent(hosted: HostedAgent): SavedAgent {
  return {
    id: hosted.id,
    state: hosted.definition.save(hosted.state),
    stream: hosted.stream.save(),
    pausable: [...hosted.pausable],
    stopped: [...hosted.stopped],
    paused: hosted.paused,
    seq: hosted.seq,
    received: hosted.received,
  };
}

/** Returns the agent as it was saved, but without its timers. */
export function restoreAgent(saved: SavedAgent, definition: AgentDefinition): HostedAgent {
  return {
    id: saved.id,
    definition,
    stream: RandomStream.restore(saved.stream),
    timers: new Map(),
    pausable: new Set(saved.pausable),
    stopped: new Map(saved.stopped),
    paused: saved.paused,
    links: new Map(),
    state: definition.restore(saved.state),
    seq: saved.seq,
    received: saved.received,
  };
}
