/** The public names of @dragon/statechart. */
export { type AgentContext, fromMachine, type StatechartDefinition, stateNodes } from './statechart.ts';
export { delay, effectActions, namedDelay, cpuTime, type Send, type Tracepoint, typesOf } from './effects.ts';
export { update } from './update.ts';
