/** The agent definitions that a process of this service can host: the tasks of a workload. */
import type { AgentDefinition } from '@dragon/engine';
import { fromMachine } from '@dragon/statechart';
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
  scheduledThread(fromMachine('unlinker', evictingTaskMachine)),
  scheduledThread(fromMachine('closer', evictingTaskMachine)),
  scheduledThread(fromMachine('allocator', allocatingTaskMachine)),
  scheduledThread(fromMachine('hog', allocatingTaskMachine)),
  scheduledThread(fromMachine('stream', streamingTaskMachine)),
  scheduledThread(fromMachine('churner', churningTaskMachine)),
  scheduledThread(fromMachine('freezer', freezingTaskMachine)),
  scheduledThread(fromMachine('drop-caches', dropCachesMachine)),
  scheduledThread(fromMachine('umounter', umountingTaskMachine)),
] as readonly AgentDefinition[];
