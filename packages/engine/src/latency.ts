/**
 * The latency model: how long each named delay takes and how long a message travels. Data, so a scenario or a file can
 * hold it.
 */
import { type AgentId, kindOf } from './event.ts';
import type { VirtualTime } from './time.ts';

/**
 * How long something takes, in integer nanoseconds.
 * - `fixed`: always `ns`.
 * - `uniform`: each integer in [min, max] alike.
 * - `quantiles`: a piecewise linear inverse distribution; points are [probability, ns], rising in both, first 0 and
 *   last 1. It uses no function whose last bit may differ between machines.
 * - `ticks`: until the timer wheel's tick `count` + 1 after now: a timer of `count` jiffies rounds up (kernel reference
 *   1.3, traces fact 2).
 */
export type Latency =
  | { readonly kind: 'fixed'; readonly ns: VirtualTime }
  | { readonly kind: 'uniform'; readonly min: VirtualTime; readonly max: VirtualTime }
  | { readonly kind: 'quantiles'; readonly points: readonly (readonly [probability: number, ns: VirtualTime])[] }
  | { readonly kind: 'ticks'; readonly period: VirtualTime; readonly count: number };

/**
 * A time in which something takes longer, as a disk that retries its reads: of each delay of one of these names, the
 * part that falls into [from, to) is stretched. One that is pausable is time of a CPU, and never slower.
 */
export interface Slowdown {
  readonly delays: readonly string[];
  /** Whose delays; absent: everybody's. */
  readonly agents?: readonly AgentId[] | undefined;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  /** How many times as long. */
  readonly factor: number;
}

export interface LatencyModel {
  /** Every delay an agent may name. */
  readonly delays: { readonly [name: string]: Latency };
  /** Where several are at work at a time, the factors multiply. */
  readonly slowdowns?: readonly Slowdown[] | undefined;
  /**
   * How long a message travels, at least 1 ns: `default`, or by the kinds of sender and receiver, `sender>receiver`.
   */
  readonly links: { readonly default: VirtualTime; readonly [kinds: string]: VirtualTime };
}

/**
 * A delay as an agent asks for it: a name of the latency model, and how many times over (n inodes of the same cost).
 * - `pausable`: it stands still while the agent's timers are paused, as the CPU time of a thread does off the CPU.
 * - `background`: nobody waits for what the timer does; a checker may hold it still.
 */
export interface NamedDelay {
  readonly name: string;
  readonly times: number;
  readonly pausable: boolean;
  readonly background: boolean;
}

/**
 * Returns how long a message from `from` to `to` travels. It is fixed per pair of kinds, so messages between two agents
 * never overtake.
 */
export function linkLatency(model: LatencyModel, from: AgentId, to: AgentId): VirtualTime {
  return model.links[`${kindOf(from)}>${kindOf(to)}`] ?? model.links.default;
}
