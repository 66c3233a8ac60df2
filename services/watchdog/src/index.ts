/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { watchdogMachine, watchdogOptions } from './machine.ts';

export { watchdogMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [
  fromMachine('watchdog', watchdogMachine, watchdogOptions) as AgentDefinition,
];
