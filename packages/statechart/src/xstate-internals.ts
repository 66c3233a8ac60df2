/**
 * The parts of XState 5.33 that are not public and that the adapter stands on; `xstate-internals.test.ts` fails when an
 * upgrade changes one of them. XState is pinned exactly for their sake.
 */
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';

/** What `machine.transition` needs of an actor. */
export type Scope = Parameters<AnyStateMachine['transition']>[2];

/** An action as XState hands it over: resolved, not run. */
export interface ResolvedAction {
  readonly type: string;
  readonly params: unknown;
}

/** A transition as a microstep has taken it. */
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

/** Returns the active nodes in the order in which they were entered, which decides what eventless transitions do first. */
export function activeNodes(snapshot: AnyMachineSnapshot): readonly AnyStateNode[] {
  return snapshot._nodes;
}

/** Returns the snapshot with its active nodes in another order of entry. `machine.resolveState` knows none. */
export function withNodeOrder(snapshot: AnyMachineSnapshot, orders: readonly number[]): AnyMachineSnapshot {
  const place = new Map(orders.map((order, i) => [order, i]));
  const nodes = [...snapshot._nodes].sort((a, b) => (place.get(a.order) ?? 0) - (place.get(b.order) ?? 0));
  return { ...snapshot, _nodes: nodes } as AnyMachineSnapshot;
}

/**
 * Returns a scope in which nothing happens: resolved actions go to `onAction`, the transitions of each microstep to
 * `onMicrostep`. `machine.transition` with it costs about a quarter of XState's `transition()`, which builds a hidden
 * actor on each call.
 */
export function inertScope(
  onAction: (action: ResolvedAction) => void,
  onMicrostep: (transitions: readonly TakenTransition[]) => void,
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
      _sendInspectionEvent: ({ _transitions }: { readonly _transitions?: readonly TakenTransition[] }) => {
        if (_transitions !== undefined) onMicrostep(_transitions);
      },
    },
    actionExecutor: onAction,
  };
  return scope as unknown as Scope;
}
