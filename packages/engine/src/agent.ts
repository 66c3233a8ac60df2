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
 * - `pauseTimers`: from now on the agent's pausable timers stand still and keep what is left of them; `resumeTimers`:
 *   they go on.
 * - `choose`: a message `{type, index}` comes back at once, with an index in [0, options): drawn by the engine,
 *   branched on by a checker. It is the only randomness inside agents.
 * - `log`: a line of the simulated machine's log.
 * - `trace`: a tracepoint of the simulated machine was hit; `fields` are numbers, strings and booleans.
 */
export type Effect =
  | { readonly kind: 'send'; readonly to: AgentId; readonly message: Message }
  | { readonly kind: 'setTimer'; readonly timer: string; readonly delay: NamedDelay; readonly message: Message }
  | { readonly kind: 'cancelTimer'; readonly timer: string }
  | { readonly kind: 'pauseTimers' }
  | { readonly kind: 'resumeTimers' }
  | { readonly kind: 'choose'; readonly type: string; readonly options: number }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'trace'; readonly event: string; readonly fields: TraceFields };

/** What a tracepoint says, without time, CPU and task. */
export type TraceFields = { readonly [field: string]: number | string | boolean };

/** What an agent is given: a message, who sent it, when it arrives, and the timer's name if it is one of its own. */
export interface Input {
  readonly message: Message;
  readonly from: AgentId;
  /** Only a scheduler, which measures how long threads run, may look at it. */
  readonly at: VirtualTime;
  /** The name under which the agent set the timer that fired; absent if no timer did. */
  readonly timer?: string | undefined;
}

/**
 * A transition that was taken, as data: the node of the chart that has it, the nodes it leads to (none if it only
 * acts), and what made it fire.
 */
export interface Taken {
  readonly source: string;
  readonly target: readonly string[];
  /** A message's type, `after NAME` of a timer, `always`, `done` of a compound state. */
  readonly by: string;
  /** Which of the transitions of `source` by the same cause, in the chart's order, from 0 on. */
  readonly index: number;
}

/**
 * One message that the behaviour itself answered, and the transitions that it took, microstep by microstep. A thread
 * that was off the CPU answers several in one step, all of which came earlier.
 */
export interface Move extends Pick<Input, 'message' | 'from' | 'timer'> {
  readonly taken: readonly Taken[];
}

/** Numbers of an agent, by name; what it says nothing of has no name. */
export type Census = { readonly [name: string]: number };

/** A transition that an agent cannot take in its run, whatever comes. */
export interface RuledOut extends Pick<Taken, 'source' | 'by' | 'index'> {
  /** What of the agent's state keeps it from that, by names: `policy`, or a parameter of its own. */
  readonly because: readonly string[];
}

export interface Step<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** Present only if somebody observes, and only of definitions that have a chart. */
  readonly moves?: readonly Move[] | undefined;
}

/**
 * Everything the engine needs to know of a kind of agent. Guarantees that every definition gives and every driver
 * (engine, federation, checker) relies on:
 * 1. `init` and `receive` depend on their arguments only: no clock, no randomness, no I/O.
 * 2. States are immutable: `receive` returns a new state or the same object.
 * 3. `restore(save(state))` behaves like `state`, and states that are equal as sets and maps are saved as equal data:
 *    but for where a long list is cut (`Chunks`), which no projection shows.
 * 4. States with equal projections behave alike, but for what is bookkeeping.
 */
export interface AgentDefinition<State = unknown> {
  readonly kind: string;
  /** The behaviour as data, for whoever draws, compiles or counts it. */
  readonly chart?: Chart | undefined;
  init(params: Json, self: AgentId): Step<State>;
  /**
   * Throws if the agent has no answer to the message in `state`: a message that is lost in silence is a bug in our
   * code. With `observed` the step says which transitions were taken.
   */
  receive(state: State, input: Input, observed?: boolean): Step<State>;
  /** Returns the state's name as the trace shows it, as in `work.armed worker.lockingAgi`. */
  describe(state: State): string;
  facts(state: State): Facts;
  /**
   * Returns how much there is of what the agent keeps: what a census has of it. Absent where nobody counts anything.
   */
  census?(state: State): Census;
  save(state: State): Json;
  restore(saved: Json): State;
  /** Returns the part of `save(state)` that decides what the agent does from now on; without it, all of it does. */
  project?(state: State): Json;
  /**
   * Returns the transitions of the chart that what never changes in a run keeps the agent from, in any state of the
   * run; not those of which that cannot be known. Absent if nothing is known.
   */
  ruledOut?(state: State): readonly RuledOut[];
  /**
   * Returns whether an input is a call into a part of the agent that is no thread (a lock, a queue, an interrupt),
   * which answers at once whatever else goes on; or something that its thread has to be awake for. Without it, every
   * input is a call.
   */
  receiver?(input: Pick<Input, 'message' | 'from'>, timer?: NamedDelay): 'call' | 'thread';
}

/** A statechart as data: its nodes, the root first, each before its children. */
export interface Chart {
  readonly id: string;
  readonly nodes: readonly ChartNode[];
}

export interface ChartNode {
  /** The path from the root, joined by dots; empty for the root. */
  readonly path: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final';
  /** The child entered by default; absent unless compound. */
  readonly initial?: string | undefined;
  readonly tags: readonly string[];
  readonly meta?: Json | undefined;
  /** Names of the actions on entry and on exit. */
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly edges: readonly ChartEdge[];
}

/** A transition of a chart: `Taken` without having been, and with the names of its guard and actions. */
export interface ChartEdge extends Omit<Taken, 'source'> {
  /** `(inline)` for a guard without a name; absent if there is none. */
  readonly guard?: string | undefined;
  readonly actions: readonly string[];
  /** It leaves and enters its source again even where its target lies inside. */
  readonly reenter: boolean;
}

/** How the simulated kernel calls a thread. */
export interface TaskName {
  readonly comm: string;
  readonly pid: number;
  /** A child of kthreadd, as kswapd and kworkers are; absent for a task of a user's. */
  readonly kernelThread?: true | undefined;
  /** Workqueue and function of a kworker, as in `xfs-inodegc/sda xfs_inodegc_worker [xfs]`. */
  readonly workqueue?: string | undefined;
  /** Another thread that the agent stands for while this one sleeps: a second kworker of the same pool. */
  readonly spare?: { readonly comm: string; readonly pid: number } | undefined;
}

/** One agent of a run. */
export interface AgentSpec {
  readonly id: AgentId;
  readonly kind: string;
  readonly params: Json;
  /** Absent for agents that are not threads. */
  readonly task?: TaskName | undefined;
  /**
   * The agents that it exchanges messages with, beside those that name it. If every agent of a plan says so, engines
   * that host them synchronise less often, and a message to anybody else is a mistake. Absent: it may be anybody.
   */
  readonly peers?: readonly AgentId[] | undefined;
  /** Kinds whose agents are all peers of it, beside `peers`: a plan of many need not name them one by one. */
  readonly peerKinds?: readonly string[] | undefined;
}
