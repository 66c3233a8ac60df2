/** The agent definitions that a process of this service can host. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
import { shrinkersMachine, shrinkersOptions } from './machine.ts';
import { nfsCacheMachine, nfsCacheOptions } from './nfs-cache.ts';

export { shrinkersMachine } from './machine.ts';
export { NFS_INODES_PER_PAGE, nfsCacheMachine } from './nfs-cache.ts';

export const definitions: readonly AgentDefinition[] = [
  fromMachine('shrinkers', shrinkersMachine, shrinkersOptions) as AgentDefinition,
  fromMachine('nfs-cache', nfsCacheMachine, nfsCacheOptions) as AgentDefinition,
];
