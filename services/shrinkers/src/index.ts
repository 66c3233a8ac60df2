/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { shrinkersMachine, shrinkersOptions } from './machine.ts';

export { shrinkersMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [
  fromMachine('shrinkers', shrinkersMachine, shrinkersOptions) as AgentDefinition,
];
