/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { memoryMachine, memoryOptions } from './machine.ts';

export { memoryMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [
  fromMachine('memory', memoryMachine, memoryOptions) as AgentDefinition,
];
