/** An agent as its engine keeps it, and the same as JSON data. */
import type { AgentDefinition } from './agent.ts';
import { type Chain, EMPTY_CHAIN, extendChain } from './digest.ts';
import type { AgentId, Event, Json, Message } from './event.ts';
import type { EventHandle } from './event-list.ts';
import type { Facts } from './facts.ts';
import { RandomStream, type StreamState } from './random.ts';
import type { Row } from './row.ts';
import type { VirtualTime } from './time.ts';

/** How many of its last rows, and of its last turns, each agent keeps for the report of a finding. */
export const HISTORY_ROWS = 16;

export interface HostedAgent {
  readonly id: AgentId;
  readonly definition: AgentDefinition;
  readonly stream: RandomStream;
  readonly timers: Map<string, EventHandle>;
  /** Those of `timers` that count CPU time. */
  readonly cpuTimers: Set<string>;
  /** Timers in CPU time while the agent's thread is not on a CPU: what is left of each. */
  readonly stopped: Map<string, StoppedTimer>;
  /** Whether timers in CPU time run. */
  holdsCpu: boolean;
  /** The last rows. */
  readonly recent: Row[];
  /**
   * The last rows that changed what the thread holds or waits for: a jammed worker that everybody queues on must not
   * forget how it got stuck.
   */
  readonly turns: Row[];
  /** Latencies of the links used so far, by receiver. */
  readonly links: Map<AgentId, VirtualTime>;
  state: unknown;
  facts: Facts;
  seq: number;
  chain: Chain;
}

interface StoppedTimer {
  readonly left: VirtualTime;
  readonly message: Message;
}

export interface SavedAgent {
  readonly id: AgentId;
  readonly state: Json;
  readonly stream: StreamState;
  /** Pending timers: timer name to the seq of its event. */
  readonly timers: { readonly [timer: string]: number };
  readonly cpuTimers: readonly string[];
  readonly stopped: readonly (readonly [timer: string, stopped: StoppedTimer])[];
  readonly holdsCpu: boolean;
  readonly recent: readonly Row[];
  readonly turns: readonly Row[];
  readonly seq: number;
  readonly chain: Chain;
}

/** Returns an agent before its `init`. */
export function newHostedAgent(id: AgentId, definition: AgentDefinition, seed: number): HostedAgent {
  return {
    id,
    definition,
    stream: RandomStream.of(seed, id),
    timers: new Map(),
    cpuTimers: new Set(),
    stopped: new Map(),
    holdsCpu: true,
    recent: [],
    turns: [],
    links: new Map(),
    state: undefined,
    facts: {},
    seq: 0,
    chain: EMPTY_CHAIN,
  };
}

export function saveAgent(hosted: HostedAgent): SavedAgent {
  return {
    id: hosted.id,
    state: hosted.definition.save(hosted.state),
    stream: hosted.stream.save(),
    timers: Object.fromEntries([...hosted.timers].map(([timer, handle]) => [timer, handle.event.seq])),
    cpuTimers: [...hosted.cpuTimers],
    stopped: [...hosted.stopped],
    holdsCpu: hosted.holdsCpu,
    recent: [...hosted.recent],
    turns: [...hosted.turns],
    seq: hosted.seq,
    chain: hosted.chain,
  };
}

/** Returns the agent as it was saved, but without its timers: their events are in the engine's list. */
export function restoreAgent(saved: SavedAgent, definition: AgentDefinition): HostedAgent {
  const state = definition.restore(saved.state);
  return {
    id: saved.id,
    definition,
    stream: RandomStream.restore(saved.stream),
    timers: new Map(),
    cpuTimers: new Set(saved.cpuTimers),
    stopped: new Map(saved.stopped),
    holdsCpu: saved.holdsCpu,
    recent: [...saved.recent],
    turns: [...saved.turns],
    links: new Map(),
    state,
    facts: definition.facts(state),
    seq: saved.seq,
    chain: saved.chain,
  };
}

/** Adds the row of an event that led to the agent's present state to its chain and its last rows, and returns it. */
export function recordRow(hosted: HostedAgent, event: Event): Row {
  const { at, to, from, seq, message } = event;
  const row: Row = {
    at,
    to,
    from,
    seq,
    message,
    index: hosted.chain[2],
    state: hosted.definition.describe(hosted.state),
  };
  hosted.chain = extendChain(hosted.chain, row);
  keep(hosted.recent, row);
  return row;
}

/** The row changed what the thread says of its locks and waits. */
export function recordTurn(hosted: HostedAgent, row: Row): void {
  keep(hosted.turns, row);
}

/** Returns the last rows and the last turns of an agent, oldest first. */
export function historyOf({ recent, turns }: HostedAgent): readonly Row[] {
  const since = recent[0]?.index ?? 0;
  return [...turns.filter((row) => row.index < since), ...recent];
}

function keep(rows: Row[], row: Row): void {
  rows.push(row);
  if (rows.length > HISTORY_ROWS) rows.shift();
}

/** The timer whose event this is has fired. */
export function forgetTimer(hosted: HostedAgent, event: Event): void {
  for (const [timer, handle] of hosted.timers) {
    if (handle.event === event) {
      hosted.timers.delete(timer);
      hosted.cpuTimers.delete(timer);
      return;
    }
  }
}
