/** The public names of @dragon/statechart. */
export { type Answer, type ChartArgs, chartKit, unanswered } from './chart-kit.ts';
export type { ChangeAction } from './change-action.ts';
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
export { TIMER, type TimerMessage } from './timer-names.ts';
export { update } from './update.ts';
