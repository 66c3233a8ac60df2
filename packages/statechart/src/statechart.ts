/** The adapter: an XState 5 machine as an agent of the engine. */
import type { AgentDefinition, Effect, Json, Message, ResourceFacts, Step, TaskFacts } from '@dragon/engine';
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import { namedDelay, type Send, type Tracepoint } from './effects.ts';
import { assertSupported } from './supported-features.ts';

/**
 * What an agent's context may hold for the wait-for graph. Each part is replaced when it changes, never changed in
 * place.
 */
export interface AgentContext {
  readonly task?: TaskFacts;
  readonly resources?: readonly ResourceFacts[];
}

/** An action as XState hands it over: resolved, not run. */
interface ResolvedAction {
  readonly type: string;
  readonly params: unknown;
}

/**
 * The part of XState's actor scope that `machine.transition` uses. XState is pinned exactly because this is not a
 * public contract.
 */
type Scope = Parameters<AnyStateMachine['transition']>[2];

/**
 * A definition whose states have tags: `blocked` asleep in the kernel on something that another thread or agent ends,
 * `sleeping` asleep by itself.
 */
export interface StatechartDefinition<State = AnyMachineSnapshot> extends AgentDefinition<State> {
  hasTag(state: State, tag: string): boolean;
}

/**
 * Returns the definition of an agent whose behaviour is `machine`. An agent's input is its parameters plus `self`, its
 * id; an event is a message plus `from`. Refuses with an error naming machine and state: invoke, spawnChild, sendTo,
 * history, inline action functions and any other feature that `transition` could not carry out as data. With `timed`,
 * events have `at`, their instant: for schedulers alone.
 *
 * `machine.transition` with a scope of our own costs about a quarter of XState's `transition()`, which builds a hidden
 * actor on each call.
 */
export function fromMachine(kind: string, machine: AnyStateMachine, { timed = false } = {}): StatechartDefinition {
  assertSupported(machine);
  let actions: ResolvedAction[] = [];
  const scope = inertScope((action) => actions.push(action));

  const describe = describer();
  const finish = (state: AnyMachineSnapshot): Step<AnyMachineSnapshot> => {
    const step = { state, effects: actions.length === 0 ? NO_EFFECTS : toEffects(actions) };
    actions = [];
    return step;
  };

  return {
    kind,
    init(params, self) {
      actions = [];
      const state = machine.getInitialSnapshot(scope, { ...(params as object), self });
      if (state.status === 'error') throw state.error;
      return finish(state);
    },
    receive(state, message, from, at) {
      actions = [];
      const event = timed ? { ...message, from, at } : { ...message, from };
      const next = machine.transition(state, event, scope);
      if (next === state && actions.length === 0 && machine.getTransitionData(state, event).length === 0) {
        throw new Error(`${machine.id} has no answer to ${message.type} in state ${describe(state)}`);
      }
      return finish(next);
    },
    describe,
    facts: (state) => state.context as AgentContext,
    hasTag: (state, tag) => state.tags.has(tag),
    save: (state) => ({ value: state.value as Json, context: state.context as Json }),
    restore(saved) {
      const { value, context } = saved as { value: never; context: never };
      return machine.resolveState({ value, context });
    },
  };
}

const NO_EFFECTS: readonly Effect[] = [];

/** The adapter keeps `xstate.after` timers under XState's own ids, which are unique per state. */
function toEffects(actions: readonly ResolvedAction[]): Effect[] {
  const effects: Effect[] = [];
  for (const action of actions) {
    switch (action.type) {
      case 'send':
        for (const { to, message } of asArray(action.params as Send | readonly Send[]))
          effects.push({ kind: 'send', to, message });
        break;
      case 'choose': {
        const { type, options } = action.params as { type: string; options: number };
        effects.push({ kind: 'choose', type, options });
        break;
      }
      case 'log':
        for (const text of (action.params as { lines: readonly string[] }).lines) effects.push({ kind: 'log', text });
        break;
      case 'trace':
        for (const { event, fields } of asArray(action.params as Tracepoint | readonly Tracepoint[]))
          effects.push({ kind: 'trace', event, fields });
        break;
      case 'xstate.raise': {
        const { event, id, delay } = action.params as { event: Message; id: string; delay: number | undefined };
        // Without a delay XState has put the event on its own internal queue already.
        if (delay !== undefined)
          effects.push({ kind: 'setTimer', timer: id, delay: namedDelay(delay), message: event });
        break;
      }
      case 'xstate.cancel':
        effects.push({ kind: 'cancelTimer', timer: (action.params as { sendId: string }).sendId });
        break;
      default:
        throw new Error(`action ${action.type} cannot be carried out as data`);
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
 * parallel regions `timer.armed worker.idle`. Every event asks for it: joining paths anew each time would cost more
 * than the event list does.
 */
function describer(): (snapshot: AnyMachineSnapshot) => string {
  const names = new LeafNames('');
  return (snapshot) => {
    const { _nodes: nodes } = snapshot;
    const leaves = nodes.filter((node) => node.type === 'atomic' || node.type === 'final');
    if (leaves.length > 1) leaves.sort((a, b) => a.order - b.order);
    return leaves.reduce((known, leaf) => known.with(leaf), names).name;
  };
}

function inertScope(actionExecutor: (action: ResolvedAction) => void): Scope {
  const nothing = (): void => {};
  const scope = {
    self: {},
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    system: { _sendInspectionEvent: nothing },
    actionExecutor,
  };
  return scope as unknown as Scope;
}

/** Returns every state node of a machine, the root first. */
export function stateNodes(machine: AnyStateMachine): AnyStateNode[] {
  const collect = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(collect)];
  return collect(machine.root);
}
