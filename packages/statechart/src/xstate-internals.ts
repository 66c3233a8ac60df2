/**
 * The parts of XState 5.33 that are not public and that the adapter stands on; `xstate-internals.test.ts` fails when an
 * upgrade changes one of them. XState is pinned exactly for their sake.
 */
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, EventObject, StateValue } from 'xstate';

/** What `machine.transition` needs of an actor. */
export type Scope = Parameters<AnyStateMachine['transition']>[2];

/** An action as XState hands it over: resolved, not run. */
export interface ResolvedAction {
  readonly type: string;
  readonly params: unknown;
}

/**
 * A transition as it was selected for a microstep. Of two that regions select for one event, and of which one leaves
 * what the other is in, XState takes one and does not say which: then both are here.
 */
export interface TakenTransition {
  readonly source: AnyStateNode;
  readonly target: readonly AnyStateNode[] | undefined;
  readonly eventType: string;
}

/** An action that takes part in resolving, as `assign` does: `resolve` gives the next snapshot and the parameters. */
export interface BuiltinAction {
  readonly type: string;
  readonly resolve: (
    scope: unknown,
    snapshot: AnyMachineSnapshot,
    args: never,
  ) => readonly [snapshot: AnyMachineSnapshot, params: unknown, actions: undefined];
  readonly execute: (scope: unknown, params: unknown) => void;
}

/**
 * Returns an action that changes nothing: it notes how many events, of those that the microstep itself raises, are on
 * the internal queue when its turn comes.
 */
export function markerAction(note: (queued: number) => void): unknown {
  const resolve = (
    _scope: unknown,
    snapshot: AnyMachineSnapshot,
    _args: unknown,
    _params: unknown,
    _action: unknown,
    { internalQueue }: { readonly internalQueue: readonly unknown[] },
  ): readonly [AnyMachineSnapshot, undefined, undefined] => {
    note(internalQueue.length);
    return [snapshot, undefined, undefined];
  };
  return Object.assign((): void => {}, { type: 'dragon.marker', resolve });
}

/** A transition whose guard and actions can be replaced. */
export interface OpenTransition extends TakenTransition {
  guard?: unknown;
  actions: readonly unknown[];
}

/** Returns the transitions of a node in the document's order, those by itself last: XState's own, not copies. */
export function transitionsOf(node: AnyStateNode): readonly OpenTransition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

/** Replaces the actions that a node has on entry, on exit and on the way to its first state. */
export function withActions(node: AnyStateNode, replace: (action: unknown) => unknown): void {
  node.entry = node.entry.map(replace as never);
  node.exit = node.exit.map(replace as never);
  if (node.type === 'compound') node.initial.actions = node.initial.actions.map(replace as never);
}

/**
 * Returns the active nodes in the order in which they were entered: that of the leaves decides which of several
 * eventless transitions acts first. `value` has its keys in the same order, and that decides it for the transitions of
 * an event. Regions are always entered together, so for them it is the document's; leaves have an order of their own.
 */
export function activeNodes({ _nodes: nodes }: AnyMachineSnapshot): readonly AnyStateNode[] {
  return nodes;
}

/**
 * Returns the snapshot with its active nodes in the order of entry that `orders` gives by their places in the document;
 * without it, in the document's. `machine.resolveState` knows neither: it has an order of its own, which depends on
 * that of the keys in the value it is given.
 */
export function withNodeOrder(snapshot: AnyMachineSnapshot, orders: readonly number[] | undefined): AnyMachineSnapshot {
  const places = orders && new Map(orders.map((order, place) => [order, place]));
  const placeOf = ({ order }: AnyStateNode): number => places?.get(order) ?? order;
  const nodes = [...activeNodes(snapshot)].sort((a, b) => placeOf(a) - placeOf(b));
  const value = valueOf(snapshot.machine.root, nodes);
  const tags = new Set(nodes.flatMap((node) => node.tags));
  return { ...snapshot, _nodes: nodes, value, tags } as AnyMachineSnapshot;
}

/**
 * Returns the snapshot with another context. Spelled out, since a spread costs twice that, and every change of every
 * agent comes through here.
 */
export function withContext(snapshot: AnyMachineSnapshot, context: object): AnyMachineSnapshot {
  return {
    status: snapshot.status,
    output: snapshot.output,
    error: snapshot.error,
    machine: snapshot.machine,
    context,
    _nodes: activeNodes(snapshot),
    value: snapshot.value,
    tags: snapshot.tags,
    children: snapshot.children,
    historyValue: snapshot.historyValue,
    matches: snapshot.matches,
    hasTag: snapshot.hasTag,
    can: snapshot.can,
    getMeta: snapshot.getMeta,
    toJSON: snapshot.toJSON,
  } as AnyMachineSnapshot;
}

/** Returns the value of `node` as XState makes it from active nodes: its keys have their order. */
function valueOf(node: AnyStateNode, nodes: readonly AnyStateNode[]): StateValue {
  const children = nodes.filter(({ parent }) => parent === node);
  const [child] = children;
  if (node.type === 'compound' && child !== undefined && (child.type === 'atomic' || child.type === 'final'))
    return child.key;
  return Object.fromEntries(children.map((each) => [each.key, valueOf(each, nodes)]));
}

interface Inspected {
  readonly _transitions?: readonly TakenTransition[];
  readonly snapshot: AnyMachineSnapshot;
  readonly event: EventObject;
}

/**
 * Returns a scope in which nothing happens: resolved actions go to `onAction`, the transitions of each microstep to
 * `onMicrostep`. `machine.transition` with it costs about a quarter of XState's `transition()`, which builds a hidden
 * actor on each call.
 */
export function inertScope(
  onAction: (action: ResolvedAction) => void,
  onMicrostep: (transitions: readonly TakenTransition[], snapshot: AnyMachineSnapshot, event: EventObject) => void,
): Scope {
  const nothing = (): void => {};
  const scope = {
    self: {},
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    system: {
      _sendInspectionEvent: ({ _transitions, snapshot, event }: Inspected) => {
        if (_transitions !== undefined) onMicrostep(_transitions, snapshot, event);
      },
    },
    actionExecutor: onAction,
  };
  return scope as unknown as Scope;
}
