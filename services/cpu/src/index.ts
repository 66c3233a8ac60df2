/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { hostMachine, hostOptions } from './host-machine.ts';
import { cpuMachine, cpuOptions } from './machine.ts';

export { hostMachine } from './host-machine.ts';
export { cpuMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [
  fromMachine('cpu', cpuMachine, cpuOptions) as AgentDefinition,
  fromMachine('host', hostMachine, hostOptions) as AgentDefinition,
];
