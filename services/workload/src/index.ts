/** The agent definitions that a process of this service can host: the tasks of a workload. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/kernel';
import { allocatingTaskMachine } from './allocating-task.ts';
import { dropCachesMachine } from './drop-caches-task.ts';
import { evictingTaskMachine } from './evicting-task.ts';
import { umountingTaskMachine } from './umounting-task.ts';

export { allocatingTaskMachine, dropCachesMachine, evictingTaskMachine, umountingTaskMachine };

export const definitions: readonly AgentDefinition[] = [
  fromMachine('unlinker', evictingTaskMachine),
  fromMachine('closer', evictingTaskMachine),
  fromMachine('allocator', allocatingTaskMachine),
  fromMachine('drop-caches', dropCachesMachine),
  fromMachine('umounter', umountingTaskMachine),
] as readonly AgentDefinition[];
