/**
 * The named actions by which a statechart asks for effects. XState never runs them: the adapter hands their parameters
 * to the engine, which carries them out.
 */
import type { Effect } from '@dragon/engine';

/** A message on its way out. */
export type Send = Extract<Effect, { kind: 'send' }>;

/** A tracepoint that was hit. */
export type Tracepoint = Extract<Effect, { kind: 'trace' }>;

const asData = (): void => {};

/** The actions of every agent's `setup`. They do nothing when an XState actor runs them. */
export const effectActions = {
  send: asData as (args: unknown, params: Send | readonly Send[]) => void,
  choose: asData as (args: unknown, params: { readonly type: string; readonly options: number }) => void,
  log: asData as (args: unknown, params: { readonly lines: readonly string[] }) => void,
  trace: asData as (args: unknown, params: Tracepoint | readonly Tracepoint[]) => void,
};

/**
 * Returns what `setup({ types })` wants: nothing at run time, the types of context, events and input for the compiler.
 */
export function typesOf<T extends object>(nothing: Partial<T> = {}): T {
  return nothing as T;
}
