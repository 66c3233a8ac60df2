/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { scheduledThread } from '@dragon/kernel';
import { kswapdCensus, kswapdMachine, kswapdProjection } from './machine.ts';

export { kswapdMachine } from './machine.ts';

export const definitions: readonly AgentDefinition[] = [
  scheduledThread('kswapd', kswapdMachine, { projection: kswapdProjection, census: kswapdCensus }) as AgentDefinition,
];
