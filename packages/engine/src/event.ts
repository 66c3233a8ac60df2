/** The one shape of an event: a row of the event list, a record on the wire, a line of the trace. */
import type { VirtualTime } from './time.ts';

/** `kind/instance`, as in `inodegc/3`; the kind alone where there is one of it, as in `shrinkers`. */
export type AgentId = string;

/** What JSON can hold. Messages and saved states are made of it, so they cross a wire and a file unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * A message of an agent: plain data, named `receiver.verb`. Numbers are integers or exact binary fractions, never -0 or
 * NaN.
 */
export type Message = { readonly type: string; readonly [key: string]: Json | undefined };

/**
 * `message` reaches `to` at virtual time `at`. `seq` counts the events created by `from`, so `(at, to, from, seq)` is
 * unique in a run. An event that a timer of `to` made has the timer's name; its `from` is its `to`, as that of a choice
 * and of a message to oneself is.
 */
export interface Event {
  readonly at: VirtualTime;
  readonly to: AgentId;
  readonly from: AgentId;
  readonly seq: number;
  readonly message: Message;
  readonly timer?: string | undefined;
}

/** Returns the kind of an agent: what stands before the slash of its id. */
export function kindOf(id: AgentId): string {
  const slash = id.indexOf('/');
  return slash < 0 ? id : id.slice(0, slash);
}

/** Returns <0, 0 or >0 by UTF-16 code units: the same on every machine, which a locale's order is not. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The total order of events, `(at, to, from, seq)`. Here the order is the meaning: it depends on nothing that placement
 * can change, which is why one process and forty process every agent's events in the same order.
 */
export function compareEvents(a: Event, b: Event): number {
  return a.at - b.at || compareText(a.to, b.to) || compareText(a.from, b.from) || a.seq - b.seq;
}
