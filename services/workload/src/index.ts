/** The agent definitions that a process of this service can host: the tasks of a workload. */
import type { AgentDefinition } from '@dragon/engine';
import { scheduledThread } from '@dragon/kernel';
import { allocatingTaskMachine } from './allocating-task.ts';
import { churningTaskMachine } from './churning-task.ts';
import { dropCachesMachine } from './drop-caches-task.ts';
import { evictingTaskMachine } from './evicting-task.ts';
import { freezingTaskMachine } from './freezing-task.ts';
import { streamingTaskMachine } from './streaming-task.ts';
import { umountingTaskMachine } from './umounting-task.ts';

export {
  allocatingTaskMachine,
  churningTaskMachine,
  dropCachesMachine,
  evictingTaskMachine,
  freezingTaskMachine,
  streamingTaskMachine,
  umountingTaskMachine,
};

export const definitions: readonly AgentDefinition[] = [
  scheduledThread('unlinker', evictingTaskMachine),
  scheduledThread('closer', evictingTaskMachine),
  scheduledThread('allocator', allocatingTaskMachine),
  scheduledThread('hog', allocatingTaskMachine),
  scheduledThread('stream', streamingTaskMachine),
  scheduledThread('churner', churningTaskMachine),
  scheduledThread('freezer', freezingTaskMachine),
  scheduledThread('drop-caches', dropCachesMachine),
  scheduledThread('umounter', umountingTaskMachine),
] as readonly AgentDefinition[];
