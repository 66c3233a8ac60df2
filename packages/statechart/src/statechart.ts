/** The adapter: an XState 5 machine as an agent of the engine. */
import type {
  AgentDefinition,
  Chart,
  Effect,
  Input,
  Json,
  Message,
  Move,
  NamedDelay,
  ResourceFacts,
  Taken,
  TaskFacts,
} from '@dragon/engine';
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, EventObject } from 'xstate';
import { CHANGE } from './change-action.ts';
import { chartData } from './chart-data.ts';
import { namedDelay } from './delays.ts';
import type { Send, Tracepoint } from './effect-actions.ts';
import { assertSupported } from './supported-features.ts';
import { TIMER, TimerNames } from './timer-names.ts';
import {
  activeNodes,
  inertScope,
  type ResolvedAction,
  type TakenTransition,
  withNodeOrder,
} from './xstate-internals.ts';

/**
 * What an agent's context may hold for the wait-for graph. Each part is replaced when it changes, never changed in
 * place.
 */
export interface AgentContext {
  readonly task?: TaskFacts;
  readonly resources?: readonly ResourceFacts[];
}

/** What of a context is behaviour; declared once for each machine, beside its context. */
export interface Projection<C> {
  /** Keys whose values never change in a run. */
  readonly constants?: readonly (keyof C & string)[];
  /** Keys that count, measure, or repeat what the others say: nothing that the agent does to others depends on them. */
  readonly bookkeeping?: readonly (keyof C & string)[];
  /** Returns the rest in a normal form, where equal behaviour can have different data. */
  readonly normal?: ((behaviour: C) => Json) | undefined;
}

export interface StatechartOptions<C> {
  /** Events have `at`, their instant: for those that measure how long others take. */
  readonly timed?: boolean;
  readonly projection?: Projection<C>;
  /** As `AgentDefinition.receiver`, or the same for all inputs; default: a call. */
  readonly receiver?: 'call' | 'thread' | NonNullable<AgentDefinition['receiver']>;
}

/** A definition whose states have the tags of their chart, and which says whatever an agent's definition may say. */
export interface StatechartDefinition<State = AnyMachineSnapshot> extends AgentDefinition<State> {
  readonly chart: Chart;
  hasTag(state: State, tag: string): boolean;
  project(state: State): Json;
  receiver(input: Pick<Input, 'message' | 'from'>, timer?: NamedDelay): 'call' | 'thread';
}

/** The context's type parameter is the machine's own. */
type ContextOf<M extends AnyStateMachine> = Parameters<M['resolveState']>[0] extends { readonly context?: infer C }
  ? NonNullable<C>
  : never;

/** The options for a machine. */
export type MachineOptions<M extends AnyStateMachine> = StatechartOptions<ContextOf<M>>;

interface SavedState {
  readonly value: Json;
  readonly context: { readonly [key: string]: Json };
  /** The order in which the active nodes were entered, unless it is that of the document. */
  readonly order?: readonly number[];
}

/**
 * Returns the definition of an agent whose behaviour is `machine`. An agent's input is its parameters plus `self`, its
 * id; an event is a message plus `from`. Refuses with an error naming machine and state: invoke, spawnChild, sendTo,
 * history, inline action functions and any other feature that `transition` could not carry out as data.
 */
export function fromMachine<M extends AnyStateMachine>(
  kind: string,
  machine: M,
  { timed = false, projection = {}, receiver = 'call' }: MachineOptions<M> = {},
): StatechartDefinition {
  assertSupported(machine);
  const timers = new TimerNames(machine);
  const { chart, taken } = chartData(machine, timers);
  let actions: ResolvedAction[] = [];
  let microsteps: TakenTransition[] | undefined;
  const scope = inertScope(
    (action) => actions.push(action),
    (transitions) => microsteps?.push(...transitions),
  );

  const describe = describer();
  const effectsOf = (): readonly Effect[] => (actions.length === 0 ? NO_EFFECTS : toEffects(actions, timers));

  return {
    kind,
    chart,
    init(params, self) {
      actions = [];
      microsteps = undefined;
      const state = machine.getInitialSnapshot(scope, { ...(params as object), self });
      if (state.status === 'error') throw state.error;
      return { state, effects: effectsOf() };
    },
    receive(state, { message, from, at, timer }, observed = false) {
      actions = [];
      microsteps = observed ? [] : undefined;
      const event = toEvent(message, from, timed ? at : undefined, timers);
      const next = machine.transition(state, event, scope);
      if (next === state && actions.length === 0 && machine.getTransitionData(state, event).length === 0) {
        throw new Error(`${machine.id} has no answer to ${message.type} in state ${describe(state)}`);
      }
      const effects = effectsOf();
      if (microsteps === undefined) return { state: next, effects };
      const move: Move = { message, from, timer, taken: microsteps.flatMap((each): Taken[] => asList(taken(each))) };
      return { state: next, effects, moves: [move] };
    },
    describe,
    facts: (state) => state.context as AgentContext,
    hasTag: (state, tag) => state.tags.has(tag),
    receiver: typeof receiver === 'string' ? () => receiver : receiver,
    save: savedState,
    restore(saved) {
      const { value, context, order } = saved as unknown as SavedState;
      const state = machine.resolveState({ value: value as never, context: context as never });
      return withNodeOrder(state, order);
    },
    project(state) {
      const { context, ...shape } = savedState(state);
      const { constants = [], bookkeeping = [], normal } = projection;
      const left = new Set<string>([...constants, ...bookkeeping]);
      const behaviour = Object.fromEntries(Object.entries(context).filter(([key]) => !left.has(key)));
      return { ...shape, context: normal === undefined ? behaviour : normal(behaviour as never) };
    },
  };
}

const NO_EFFECTS: readonly Effect[] = [];

const asList = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/** Returns a message as XState's event. */
function toEvent(message: Message, from: string, at: number | undefined, timers: TimerNames): EventObject {
  const type = message.type === TIMER ? timers.eventType(message) : message.type;
  const event: EventObject & { readonly from: string; at?: number } = { ...message, type, from };
  if (at !== undefined) event.at = at;
  return event;
}

/** What a snapshot is as data. */
function savedState(state: AnyMachineSnapshot): SavedState & { readonly [key: string]: Json | undefined } {
  const saved = { value: state.value as Json, context: state.context as SavedState['context'] };
  const nodes = activeNodes(state);
  const inOrder = nodes.every((node, i) => i === 0 || (nodes[i - 1] as AnyStateNode).order < node.order);
  return inOrder ? saved : { ...saved, order: nodes.map(({ order }) => order) };
}

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

/** A name for each set of active leaves met so far, in a tree with one step a leaf. */
class LeafNames {
  readonly #next = new Map<AnyStateNode, LeafNames>();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  with(leaf: AnyStateNode): LeafNames {
    let next = this.#next.get(leaf);
    if (next === undefined) {
      const path = leaf.path.join('.');
      next = new LeafNames(this.name === '' ? path : `${this.name} ${path}`);
      this.#next.set(leaf, next);
    }
    return next;
  }
}

/**
 * Returns a function that gives the paths of the active leaves in document order: `balancing.shrinkingLru`, or of
 * parallel regions `timer.armed worker.idle`. Every event asks for it: joining paths anew each time would cost more than
 * the event list does.
 */
function describer(): (snapshot: AnyMachineSnapshot) => string {
  const names = new LeafNames('');
  return (snapshot) => {
    const leaves = activeNodes(snapshot).filter((node) => node.type === 'atomic' || node.type === 'final');
    if (leaves.length > 1) leaves.sort((a, b) => a.order - b.order);
    return leaves.reduce((known, leaf) => known.with(leaf), names).name;
  };
}
