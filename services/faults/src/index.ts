/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { faultsMachine, faultsOptions } from './machine.ts';

export { faultsMachine, type FaultsParams, type FaultStep } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [
  fromMachine('faults', faultsMachine, faultsOptions) as AgentDefinition,
];
