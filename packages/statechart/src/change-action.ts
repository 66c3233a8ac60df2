/**
 * The action by which a chart changes its context and asks for effects at once: what `assign` is in XState, with
 * effects beside the new context, so that nothing has to be kept in the context only to be sent.
 */
import type { Effect } from '@dragon/engine';
import type { AnyMachineSnapshot, EventObject } from 'xstate';
import { type BuiltinAction, withContext } from './xstate-internals.ts';

/** What XState hands to actions and guards. `C` is what they know of the context. */
export interface ChartArgs<C> {
  readonly context: C;
  readonly event: EventObject;
}

/** The type of the action in XState's own words. */
export const CHANGE = 'dragon.change';

/** What the function of a change returns: the change alone, or with effects. */
export type Changed<C> = Partial<C> | readonly [change: Partial<C>, effects: readonly Effect[]];

/** An action as XState's config takes it. */
export type ChangeAction<C> = (args: ChartArgs<C>) => void;

/** Returns an action that merges what `next` returns into the context, and whose parameters are the effects. */
export function changeAction<C extends object>(next: (context: C, event: never) => Changed<C>): ChangeAction<C> {
  const action: BuiltinAction & ChangeAction<C> = Object.assign((_args: ChartArgs<C>): void => {}, {
    type: CHANGE,
    next,
    resolve: (_scope: unknown, snapshot: AnyMachineSnapshot, args: ChartArgs<C>) => {
      const changed = next(args.context, args.event as never);
      const isAnswer = Array.isArray(changed);
      const [change, effects] = isAnswer ? (changed as readonly [Partial<C>, readonly Effect[]]) : [changed, NOTHING];
      return [withContext(snapshot, Object.assign({}, args.context, change)), effects, undefined] as const;
    },
    execute: (): void => {},
  });
  return action;
}

const NOTHING: readonly Effect[] = [];
