/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { inodeCacheMachine, inodeCacheOptions } from './machine.ts';

export { inodeCacheMachine } from './machine.ts';
export { type BufferCache, bufferPages } from './buffer-cache.ts';
export {
  census,
  conserved,
  initialSlabPages,
  type InodeCacheContext,
  type InodeCacheParams,
} from './cache-state.ts';

export const definitions: readonly AgentDefinition[] = [
  fromMachine('inode-cache', inodeCacheMachine, inodeCacheOptions) as AgentDefinition,
];
