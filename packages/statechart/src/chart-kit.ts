/**
 * The kit that charts are written with: actions and guards typed for a context and its events, which fit into any
 * machine whose context has at least that.
 */
import type { Effect } from '@dragon/engine';
import type { EventObject } from 'xstate';
import type { Send, Tracepoint } from './effect-actions.ts';
import { type ChangeAction, changeAction, type ChartArgs } from './change-action.ts';

type OneOrMore<T> = T | readonly T[];

/** What a change makes of the context, and what it leads to. */
export type Answer<C> = readonly [change: Partial<C>, effects: readonly Effect[]];

/** An action that asks for effects, as XState's config takes it. */
type EffectAction<C> =
  | { readonly type: 'send'; readonly params: (args: ChartArgs<C>) => OneOrMore<Send> }
  | { readonly type: 'trace'; readonly params: (args: ChartArgs<C>) => OneOrMore<Tracepoint> }
  | { readonly type: 'log'; readonly params: (args: ChartArgs<C>) => { readonly lines: readonly string[] } };

/** What the kit makes for `entry`, `exit` and `actions`. */
export type ChartAction<C> = ChangeAction<C> | EffectAction<C>;

/**
 * Returns the parts for charts over contexts of type `C` and events of type `E`, messages with `from` added to them:
 * - `send`, `trace`, `log`: actions that ask for the effects that a function of context and event gives.
 * - `change`: an action that merges a function's result into the context.
 * - `answer`: the same, and its effects are asked for at this place. It is for what is found out once and both
 *   changes the context and says something.
 * - `on`, `answerTo`, `guardOn`: as `change`, `answer`, `guard`, for an event of one type.
 * - `guard`: a condition.
 */
export function chartKit<C extends object, E extends EventObject>() {
  type Of<T extends E['type']> = Extract<E, { readonly type: T }>;
  return {
    send: (params: (context: C, event: E) => OneOrMore<Send>) =>
      ({ type: 'send', params: ({ context, event }: ChartArgs<C>) => params(context, event as E) }) as const,
    trace: (params: (context: C, event: E) => OneOrMore<Tracepoint>) =>
      ({ type: 'trace', params: ({ context, event }: ChartArgs<C>) => params(context, event as E) }) as const,
    log: (lines: (context: C, event: E) => readonly string[]) =>
      ({
        type: 'log',
        params: ({ context, event }: ChartArgs<C>) => ({ lines: lines(context, event as E) }),
      }) as const,
    change: (next: (context: C, event: E) => Partial<C>) => changeAction<C>(next),
    answer: (next: (context: C, event: E) => Answer<C>) => changeAction<C>(next),
    on: <T extends E['type']>(_type: T, next: (context: C, event: Of<T>) => Partial<C>) => changeAction<C>(next),
    answerTo: <T extends E['type']>(_type: T, next: (context: C, event: Of<T>) => Answer<C>) => changeAction<C>(next),
    guard:
      (test: (context: C, event: E) => boolean) =>
      ({ context, event }: ChartArgs<C>): boolean =>
        test(context, event as E),
    guardOn:
      <T extends E['type']>(_type: T, test: (context: C, event: Of<T>) => boolean) =>
      ({ context, event }: ChartArgs<C>): boolean =>
        test(context, event as unknown as Of<T>),
  };
}

/**
 * Throws, as the adapter does for a message without an answer: the `default` of a switch that answers `receiver.*`. The
 * compiler has it that no message of the receiver gets there.
 */
export function unanswered(event: never): never {
  throw new Error(`there is no answer to ${(event as EventObject).type}`);
}
