/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/kernel';
import { inodegcMachine } from './machine.ts';

export { inodegcMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [fromMachine('inodegc', inodegcMachine) as AgentDefinition];
