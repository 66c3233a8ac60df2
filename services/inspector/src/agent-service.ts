/**
 * An agent as a service in the sense of @xstate/inspect: a plain object, as no XState 4 interpreter runs for it. Its
 * state is the last one seen, with the transitions since the state before that was shown.
 */
import { savedContext, shownContext, type SimulatedStep } from '@dragon/inspection';
import type { AnyInterpreter } from 'xstate';
import { chartMachine } from './chart-machine.ts';
import type { AgentLook } from './watched-run.ts';

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
    const { value, context } = savedContext(saved());
    const data = event?.message ?? { type: 'xstate.init' };
    const $sim: SimulatedStep = { seq, t, name, edges };
    return {
      value: value ?? name,
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
