/** An agent as its engine keeps it, and the same as JSON data. */
import type { AgentDefinition } from './agent.ts';
import type { Chain } from './digest.ts';
import type { AgentId, Json } from './event.ts';
import { NONE } from './event-list.ts';
import type { Facts } from './facts.ts';
import { RandomStream, type StreamState } from './random.ts';
import type { VirtualTime } from './time.ts';
import type { StoppedTimer, TimerOwner } from './timers.ts';

/** Of an agent that nobody has told anything yet it is little: there may be hundreds of thousands. */
export class HostedAgent implements TimerOwner {
  readonly id: AgentId;
  readonly rank: number;
  readonly definition: AgentDefinition;
  readonly #seed: number;
  #stream: RandomStream | undefined;
  state: unknown = undefined;
  seq = 0;
  timers = NONE;
  paused = false;
  stopped: StoppedTimer[] | undefined = undefined;
  /** It had no answer to what a rule led to, and answers nothing any more. */
  crashed = false;
  /**
   * By the rank of a receiver: before that instant nothing that it sends there may arrive, as something that it sent
   * earlier was delayed. Absent if nothing was.
   */
  floors: Map<number, VirtualTime> | undefined = undefined;
  /** What the observers of facts know of it. */
  task: Facts['task'] = undefined;
  resources: Facts['resources'] = undefined;

  constructor(id: AgentId, rank: number, definition: AgentDefinition, seed: number, stream?: StreamState) {
    this.id = id;
    this.rank = rank;
    this.definition = definition;
    this.#seed = seed;
    this.#stream = stream && RandomStream.restore(stream);
  }

  /** Made when it is first asked for: many an agent never draws. */
  get stream(): RandomStream {
    return (this.#stream ??= RandomStream.of(this.#seed, this.id));
  }

  /** Returns the number of the next event that it sends. */
  nextSeq(): number {
    const { seq } = this;
    this.seq = seq + 1;
    return seq;
  }
}

/** Its pending timers are among the engine's events, which name them. */
export interface SavedAgent {
  readonly id: AgentId;
  readonly state: Json;
  readonly stream: StreamState;
  /** Those of its pending timers that can be paused. */
  readonly pausable: readonly string[];
  readonly stopped: readonly StoppedTimer[];
  readonly paused: boolean;
  /** Events that it sent so far. */
  readonly seq: number;
  readonly chain: Chain;
  /** Only of one that crashed. */
  readonly crashed?: true | undefined;
  /** Only of one whose messages were delayed: see `HostedAgent`. */
  readonly floors?: readonly (readonly [receiver: number, at: VirtualTime])[] | undefined;
}

/** Returns the agent as data. */
export function saveAgent(hosted: HostedAgent, pausable: readonly string[], chain: Chain): SavedAgent {
  const { id, definition, state, stream, stopped = [], paused, seq } = hosted;
  return {
    id,
    state: definition.save(state),
    stream: stream.save(),
    pausable,
    stopped: [...stopped],
    paused,
    seq,
    chain,
    ...(hosted.crashed && { crashed: true }),
    ...(hosted.floors && { floors: [...hosted.floors].toSorted(([a], [b]) => a - b) }),
  };
}

/** Returns the agent as it was saved, but without its pending timers. */
export function restoreAgent(saved: SavedAgent, rank: number, definition: AgentDefinition, seed: number): HostedAgent {
  const hosted = new HostedAgent(saved.id, rank, definition, seed, saved.stream);
  hosted.state = definition.restore(saved.state);
  hosted.seq = saved.seq;
  hosted.paused = saved.paused;
  hosted.crashed = saved.crashed === true;
  if (saved.floors !== undefined) hosted.floors = new Map(saved.floors);
  if (saved.stopped.length > 0) hosted.stopped = [...saved.stopped];
  return hosted;
}
