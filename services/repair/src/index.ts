/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { scheduledThread } from '@dragon/kernel';
import { repairMachine, repairProjection } from './machine.ts';

export { REPAIR_SHRINKER, repairMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [
  scheduledThread('repair', repairMachine, { projection: repairProjection }) as AgentDefinition,
];
