/** The agent definitions that a process of this service can host: the tasks of a workload. */
import type { AgentDefinition } from '@dragon/engine';
import { scheduledThread } from '@dragon/kernel';
import { allocatingTaskMachine, allocatingTaskProjection } from './allocating-task.ts';
import { churningTaskMachine, churningTaskProjection } from './churning-task.ts';
import { dropCachesMachine, dropCachesProjection } from './drop-caches-task.ts';
import { evictingTaskMachine, evictingTaskProjection } from './evicting-task.ts';
import { freezingTaskMachine, freezingTaskProjection } from './freezing-task.ts';
import { fsyncingTaskMachine, fsyncingTaskProjection } from './fsyncing-task.ts';
import { lookupTaskMachine, lookupTaskProjection } from './lookup-task.ts';
import { mountingTaskMachine, mountingTaskProjection } from './mounting-task.ts';
import { statfsTaskMachine, statfsTaskProjection } from './statfs-task.ts';
import { streamingTaskMachine, streamingTaskProjection } from './streaming-task.ts';
import { unpluggingTaskMachine, unpluggingTaskProjection } from './unplugging-task.ts';
import { syncingTaskMachine, syncingTaskProjection } from './syncing-task.ts';
import { umountingTaskMachine, umountingTaskProjection } from './umounting-task.ts';
import { unmountingTaskMachine, unmountingTaskProjection } from './unmounting-task.ts';

export {
  allocatingTaskMachine,
  churningTaskMachine,
  dropCachesMachine,
  evictingTaskMachine,
  freezingTaskMachine,
  fsyncingTaskMachine,
  lookupTaskMachine,
  mountingTaskMachine,
  statfsTaskMachine,
  streamingTaskMachine,
  syncingTaskMachine,
  umountingTaskMachine,
  unmountingTaskMachine,
  unpluggingTaskMachine,
};

export const definitions: readonly AgentDefinition[] = [
  scheduledThread('unlinker', evictingTaskMachine, { projection: evictingTaskProjection }),
  scheduledThread('closer', evictingTaskMachine, { projection: evictingTaskProjection }),
  scheduledThread('allocator', allocatingTaskMachine, { projection: allocatingTaskProjection }),
  scheduledThread('hog', allocatingTaskMachine, { projection: allocatingTaskProjection }),
  scheduledThread('stream', streamingTaskMachine, { projection: streamingTaskProjection }),
  scheduledThread('churner', churningTaskMachine, { projection: churningTaskProjection }),
  scheduledThread('freezer', freezingTaskMachine, { projection: freezingTaskProjection }),
  scheduledThread('fsyncer', fsyncingTaskMachine, { projection: fsyncingTaskProjection }),
  scheduledThread('drop-caches', dropCachesMachine, { projection: dropCachesProjection }),
  scheduledThread('lookup', lookupTaskMachine, { projection: lookupTaskProjection }),
  scheduledThread('mounter', mountingTaskMachine, { projection: mountingTaskProjection }),
  scheduledThread('statfs', statfsTaskMachine, { projection: statfsTaskProjection }),
  scheduledThread('syncer', syncingTaskMachine, { projection: syncingTaskProjection }),
  scheduledThread('umounter', umountingTaskMachine, { projection: umountingTaskProjection }),
  scheduledThread('unmounter', unmountingTaskMachine, { projection: unmountingTaskProjection }),
  scheduledThread('unplugger', unpluggingTaskMachine, { projection: unpluggingTaskProjection }),
] as readonly AgentDefinition[];
