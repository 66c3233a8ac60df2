/** A row of the trace: an event and the state it led to. */
import { compareText, type Event } from './event.ts';

/** `index` counts the events this agent has received; `state` is what the agent says of itself afterwards. */
export interface Row extends Event {
  readonly index: number;
  readonly state: string;
}

/** Returns the row of an event. */
export function rowOf(event: Event, index: number, state: string): Row {
  return { ...event, index, state };
}

/**
 * The order of a trace: by time, then agent, then as the agent received them. One process writes its rows in this order
 * by itself.
 */
export function compareRows(a: Row, b: Row): number {
  return a.at - b.at || compareText(a.to, b.to) || a.index - b.index;
}
