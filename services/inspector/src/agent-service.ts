/**
 * An agent as a service in the sense of @xstate/inspect: a plain object, as no XState 4 interpreter runs for it. Its
 * state is the last one seen, with the transitions since the state before that was shown.
 */
import type { Json } from '@dragon/engine';
import type { SimulatedStep } from '@dragon/inspection';
import type { AnyInterpreter } from 'xstate';
import { chartMachine } from './chart-machine.ts';
import type { AgentLook } from './watched-run.ts';

/** Values in a context above which it is left out: nobody reads more, and it comes 30 times a second. */
const MOST_VALUES = 4_096;

export class AgentService {
  readonly sessionId: string;
  readonly id: string;
  readonly machine: { readonly definition: unknown };
  readonly #withContext: boolean;
  #look: AgentLook;

  constructor(look: AgentLook, withContext: boolean) {
    const { agent, chart } = look;
    this.sessionId = agent;
    this.id = agent;
    this.machine = { definition: chartMachine(chart?.id ?? agent, chart) };
    this.#withContext = withContext;
    this.#look = look;
  }

  see(look: AgentLook): void {
    this.#look = look;
  }

  /** A run that is watched is not sent to. */
  send(): void {}

  subscribe(): { readonly unsubscribe: () => void } {
    return { unsubscribe: () => undefined };
  }

  onStop(): this {
    return this;
  }

  /** As the types of the protocol's own package have it, of which it uses no more than there is here. */
  asInterpreter(): AnyInterpreter {
    return this as unknown as AnyInterpreter;
  }

  /** The present state, as XState 4 writes one down. */
  get state(): object {
    const { seq, at: t, name, event, saved, taken: edges } = this.#look;
    const { value, context } = shapeOf(saved(), name);
    const data = event?.message ?? { type: 'xstate.init' };
    const $sim: SimulatedStep = { seq, t, name, edges };
    return {
      value,
      context: this.#withContext ? shownContext(context) : {},
      event: data,
      _event: { name: data.type, data, $$type: 'scxml', type: 'external', ...(event && { origin: event.from }), $sim },
      _sessionid: this.sessionId,
      actions: [],
      activities: {},
      meta: {},
      events: [],
      children: {},
      transitions: [],
      tags: [],
      done: false,
      changed: true,
    };
  }
}

/** A thread's chart is inside of what the scheduler keeps of it. */
function shapeOf(saved: Json, name: string): { readonly value: Json; readonly context: Json } {
  const { inner, value, context } = objectOf(saved);
  if (inner !== undefined) return shapeOf(inner, name);
  return value === undefined ? { value: name, context: saved } : { value, context: context ?? null };
}

function shownContext(context: Json): Json {
  return valuesLeft(context, MOST_VALUES) < 0 ? { leftOut: `more than ${MOST_VALUES} values` } : context;
}

/** Returns how many of `most` values are left after those in `value`; negative, without looking on, if it has more. */
function valuesLeft(value: Json | undefined, most: number): number {
  if (typeof value !== 'object' || value === null) return most - 1;
  let left = most - 1;
  for (const each of Object.values(value)) {
    if (left < 0) break;
    left = valuesLeft(each, left);
  }
  return left;
}

function objectOf(value: Json): { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json | undefined })
    : {};
}
