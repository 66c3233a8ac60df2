/**
 * An agent's chart stepped by XState itself: the authority on what a chart does, and the way for charts that cannot be
 * compiled.
 */
import type { Effect, Input, Json, Move, Taken } from '@dragon/engine';
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, EventObject } from 'xstate';
import { CHANGE } from './change-action.ts';
import type { ChartData } from './chart-data.ts';
import type { ChartStep, ChartStepper, Context, EventMaker } from './chart-stepper.ts';
import { namedDelay } from './delays.ts';
import type { Send, Tracepoint } from './effect-actions.ts';
import { leavesName } from './state-nodes.ts';
import type { TimerNames } from './timer-names.ts';
import {
  activeNodes,
  inertScope,
  type ResolvedAction,
  type TakenTransition,
  withNodeOrder,
} from './xstate-internals.ts';

export class InterpretedChart implements ChartStepper<AnyMachineSnapshot> {
  readonly #machine: AnyStateMachine;
  readonly #timers: TimerNames;
  readonly #taken: ChartData['taken'];
  readonly #eventOf: EventMaker;
  readonly #names = new WeakMap<readonly AnyStateNode[], string>();
  #actions: ResolvedAction[] = [];
  #microsteps: TakenTransition[] | undefined;
  readonly #scope = inertScope(
    (action) => this.#actions.push(action),
    (transitions) => this.#microsteps?.push(...transitions),
  );

  constructor(machine: AnyStateMachine, timers: TimerNames, taken: ChartData['taken'], eventOf: EventMaker) {
    this.#machine = machine;
    this.#timers = timers;
    this.#taken = taken;
    this.#eventOf = eventOf;
  }

  start(input: object): ChartStep<AnyMachineSnapshot> {
    this.#actions = [];
    this.#microsteps = undefined;
    const state = this.#machine.getInitialSnapshot(this.#scope, input);
    if (state.status === 'error') throw state.error;
    return { state, effects: this.#effects() };
  }

  step(before: AnyMachineSnapshot, input: Input, observed: boolean): ChartStep<AnyMachineSnapshot> {
    this.#actions = [];
    this.#microsteps = observed ? [] : undefined;
    const event = this.#eventOf(input);
    const state = this.#machine.transition(before, event, this.#scope);
    if (state === before && this.#actions.length === 0 && !this.accepts(before, event)) {
      const { message } = input;
      throw new Error(`${this.#machine.id} has no answer to ${message.type} in state ${this.nameOf(before)}`);
    }
    const effects = this.#effects();
    if (this.#microsteps === undefined) return { state, effects };
    const taken = this.#microsteps.flatMap((each): Taken[] => asList(this.#taken(each)));
    const { message, from, timer } = input;
    const moves: Move[] = [{ message, from, timer, taken }];
    return { state, effects, moves };
  }

  accepts(state: AnyMachineSnapshot, event: EventObject): boolean {
    return this.#machine.getTransitionData(state, event).length > 0;
  }

  nameOf(state: AnyMachineSnapshot): string {
    const nodes = activeNodes(state);
    let name = this.#names.get(nodes);
    if (name === undefined) this.#names.set(nodes, (name = leavesName(nodes)));
    return name;
  }

  orderOf(state: AnyMachineSnapshot): readonly number[] {
    return activeNodes(state).map(({ order }) => order);
  }

  resolve(value: Json, context: Context, order: readonly number[] | undefined): AnyMachineSnapshot {
    return withNodeOrder(this.#machine.resolveState({ value: value as never, context }), order);
  }

  #effects(): readonly Effect[] {
    return this.#actions.length === 0 ? NO_EFFECTS : toEffects(this.#actions, this.#timers);
  }
}

export const NO_EFFECTS: readonly Effect[] = [];

const asList = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/** Returns the actions of a step as effects, in their order; `after` timers under our names. */
function toEffects(actions: readonly ResolvedAction[], timers: TimerNames): Effect[] {
  const effects: Effect[] = [];
  for (const { type, params } of actions) {
    switch (type) {
      case CHANGE:
        effects.push(...(params as readonly Effect[]));
        break;
      case 'send':
      case 'trace':
        for (const effect of asArray(params as Send | Tracepoint | readonly (Send | Tracepoint)[]))
          effects.push(effect);
        break;
      case 'choose':
        effects.push({ kind: 'choose', ...(params as { type: string; options: number }) });
        break;
      case 'log':
        for (const text of (params as { lines: readonly string[] }).lines) effects.push({ kind: 'log', text });
        break;
      case 'xstate.raise': {
        const { id, delay } = params as { id: string; delay: number | undefined };
        // Without a delay XState has put the event on its own internal queue already.
        if (delay === undefined) break;
        const timer = timers.timer(id);
        if (timer === undefined) throw new Error(`${id} is no timer of a state`);
        effects.push({ kind: 'setTimer', timer: timer.key, delay: namedDelay(delay), message: timer.message });
        break;
      }
      case 'xstate.cancel': {
        const { sendId } = params as { sendId: string };
        effects.push({ kind: 'cancelTimer', timer: timers.timer(sendId)?.key ?? sendId });
        break;
      }
      default:
        throw new Error(`action ${type} cannot be carried out as data`);
    }
  }
  return effects;
}

const asArray = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];
