/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { agMachine, agOptions } from './machine.ts';

export { agMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [fromMachine('ag', agMachine, agOptions) as AgentDefinition];
