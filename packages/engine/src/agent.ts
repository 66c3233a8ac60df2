/** The agent contract: a pure step function whose effects are data. */
import type { AgentId, Json, Message } from './event.ts';
import type { Facts } from './facts.ts';
import type { NamedDelay } from './latency.ts';
import type { VirtualTime } from './time.ts';

/**
 * What an agent may ask for.
 * - `send`: `message` reaches `to` after the latency of their link.
 * - `setTimer`: `message` comes back to the agent after `delay`. A second timer with the same `timer` replaces the
 *   first.
 * - `cancelTimer`: does nothing if the timer is not pending.
 * - `holdCpu`: from now on the agent's timers in CPU time run (`held`), or stand still and keep what is left of them.
 * - `choose`: a message `{type, index}` comes back at once, with an index in [0, options): drawn by the engine,
 *   branched on by a checker. It is the only randomness inside agents.
 * - `log`: a line of the simulated kernel's log.
 * - `trace`: a tracepoint of the simulated kernel was hit; `fields` are numbers and strings under the kernel's names,
 *   camelCased.
 */
export type Effect =
  | { readonly kind: 'send'; readonly to: AgentId; readonly message: Message }
  | { readonly kind: 'setTimer'; readonly timer: string; readonly delay: NamedDelay; readonly message: Message }
  | { readonly kind: 'cancelTimer'; readonly timer: string }
  | { readonly kind: 'holdCpu'; readonly held: boolean }
  | { readonly kind: 'choose'; readonly type: string; readonly options: number }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'trace'; readonly event: string; readonly fields: TraceFields };

/** What a tracepoint says, without time, CPU and task. */
export type TraceFields = { readonly [field: string]: number | string | boolean };

export interface Step<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/**
 * Everything the engine needs to know of a kind of agent. Guarantees that every definition gives and every driver
 * (engine, federation, checker) relies on: 1. `init` and `receive` depend on their arguments only: no clock, no
 * randomness, no I/O. 2. States are immutable: `receive` returns a new state or the same object. 3.
 * `restore(save(state))` behaves like `state`.
 */
export interface AgentDefinition<State = unknown> {
  readonly kind: string;
  init(params: Json, self: AgentId): Step<State>;
  /**
   * Throws if the agent has no answer to `message` in `state`: a message that is lost in silence is a bug in our code.
   * `at` is the instant of the event; only a scheduler, which measures how long threads run, may look at it.
   */
  receive(state: State, message: Message, from: AgentId, at: VirtualTime): Step<State>;
  /** Returns the state's name as the trace shows it, as in `work.armed worker.lockingAgi`. */
  describe(state: State): string;
  facts(state: State): Facts;
  save(state: State): Json;
  restore(saved: Json): State;
}

/** How the simulated kernel calls a thread. */
export interface TaskName {
  readonly comm: string;
  readonly pid: number;
  /** Workqueue and function of a kworker, as in `xfs-inodegc/sda xfs_inodegc_worker [xfs]`. */
  readonly workqueue?: string | undefined;
}

/** One agent of a run. */
export interface AgentSpec {
  readonly id: AgentId;
  readonly kind: string;
  readonly params: Json;
  /** Absent for agents that are not threads. */
  readonly task?: TaskName | undefined;
}
