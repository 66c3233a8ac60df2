/** The two ways to step an agent's chart, XState itself and tables compiled from it, and what they have in common. */
import type { Effect, Input, Json, Move } from '@dragon/engine';
import type { AnyMachineSnapshot, EventObject } from 'xstate';

/** A state of a chart, whoever steps it. */
export type ChartState = Pick<AnyMachineSnapshot, 'value' | 'context' | 'tags' | 'hasTag'>;

/** What an agent's context is to those who do not know the agent. */
export type Context = { readonly [key: string]: unknown };

export interface ChartStep<S extends ChartState> {
  readonly state: S;
  readonly effects: readonly Effect[];
  readonly moves?: readonly Move[];
}

/** Steps the chart of one machine. What it throws is what XState throws. */
export interface ChartStepper<S extends ChartState = ChartState> {
  /** Starts an agent with its input. */
  start(input: object): ChartStep<S>;
  /** Answers an input, or throws if the chart has no answer; with `observed` the step has its moves. */
  step(state: S, input: Input, observed: boolean): ChartStep<S>;
  /** Returns the paths of the active leaves in document order, as in `timer.armed worker.idle`. */
  nameOf(state: S): string;
  /** Returns the places in the document of the active nodes, in the order in which they were entered. */
  orderOf(state: S): readonly number[];
  /** Returns the state; without `order` its nodes are in the document's. */
  resolve(value: Json, context: Context, order: readonly number[] | undefined): S;
}

/** Makes of an input what XState knows as an event. */
export type EventMaker = (input: Input) => EventObject;

/** A machine that the compiler has no tables for, and why. */
export class NotCompilable extends Error {}
