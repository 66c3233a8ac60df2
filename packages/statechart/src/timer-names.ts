/**
 * The names of a machine's timers: its `after` transitions in our words on the way out, and back in XState's on the way
 * in, so that nothing of XState's spelling is in an event, a row or a trace.
 */
import type { Message } from '@dragon/engine';
import type { AnyStateMachine } from 'xstate';
import { stateNodes } from './state-nodes.ts';

/**
 * The message of a timer that fired. `name` is the delay's in the machine, `state` the path of the state it belongs to.
 */
export type TimerMessage = { readonly type: 'timer'; readonly name: string; readonly state: string };

export const TIMER = 'timer';

export interface Timer {
  /** Unique in the machine: `NAME STATE`. */
  readonly key: string;
  readonly message: TimerMessage;
}

export class TimerNames {
  readonly #timers = new Map<string, Timer>();
  /** By state, then by name. */
  readonly #eventTypes = new Map<string, Map<string, string>>();

  constructor(machine: AnyStateMachine) {
    for (const node of stateNodes(machine)) {
      for (const { delay, eventType } of node.after) {
        const name = String(delay);
        const state = node.path.join('.');
        const key = `${name} ${state}`;
        this.#timers.set(eventType, { key, message: { type: TIMER, name, state } });
        const ofState = this.#eventTypes.get(state) ?? new Map<string, string>();
        this.#eventTypes.set(state, ofState.set(name, eventType));
      }
    }
  }

  /** Returns the timer that XState calls so; undefined if it is no timer of this machine. */
  timer(eventType: string): Timer | undefined {
    return this.#timers.get(eventType);
  }

  /** Returns what XState calls the event of a timer's message. Throws if the machine has no such timer. */
  eventType(message: Message): string {
    const { name, state } = message as TimerMessage;
    const eventType = this.#eventTypes.get(state)?.get(name);
    if (eventType === undefined) throw new Error(`the machine has no timer ${name} ${state}`);
    return eventType;
  }
}
