/** The public names of @dragon/statechart. */
export { type Answer, type ChartAction, chartKit, unanswered } from './chart-kit.ts';
export type { ChartState } from './chart-stepper.ts';
export { CHANGE, type ChangeAction, type ChartArgs } from './change-action.ts';
export type { ContextCopier } from './context-shape.ts';
export { backgroundDelay, delay, namedDelay, pausableDelay } from './delays.ts';
export { effectActions, type Send, type Tracepoint, typesOf } from './effect-actions.ts';
export {
  type AgentContext,
  fromMachine,
  type MachineOptions,
  type Projection,
  type StatechartDefinition,
} from './statechart.ts';
export { stateNodes } from './state-nodes.ts';
export { TIMER, type TimerMessage, TimerNames } from './timer-names.ts';
